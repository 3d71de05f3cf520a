/** Side of a drawn picture in pixels. A file of its own: recipes are read where nothing can be drawn. */
export const drawingSide = 512;
