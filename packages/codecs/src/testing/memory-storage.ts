/** A browser's storage for a site, and its locks, in memory: what parts are kept in, where there is no browser. */

/** Storage that a test looks into. */
export interface MemoryStorage {
  /** Names of all files, each with its folders before it. */
  names(): readonly string[];
  /** Changes a file from behind. */
  change(name: string, to: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>): Promise<void>;
  /** Bytes that it holds at most. */
  quota: number;
}

type Folder = Map<string, Folder | File>;

/** Puts it into the place of the environment's own. @returns it, and what puts that back */
export function installMemoryStorage(): MemoryStorage & { restore(): void } {
  const root: Folder = new Map();
  const state = { quota: Infinity };
  const held = new Set<string>();
  const filesIn = (folder: Folder, before = ""): readonly (readonly [string, Folder, string, File])[] =>
    [...folder].flatMap(([name, entry]) =>
      entry instanceof File
        ? [[`${before}${name}`, folder, name, entry] as const]
        : filesIn(entry, `${before}${name}/`),
    );
  const used = (): number => filesIn(root).reduce((sum, [, , , { size }]) => sum + size, 0);

  const fileHandle = (folder: Folder, name: string) => ({
    kind: "file",
    getFile: async () => folder.get(name) as File,
    createWritable: async () => {
      const written: Uint8Array<ArrayBuffer>[] = [];
      return {
        write: async (bytes: Uint8Array<ArrayBuffer>) => {
          const more = [...written, bytes].reduce((sum, { length }) => sum + length, 0);
          if (used() + more > state.quota) throw new DOMException("Full.", "QuotaExceededError");
          written.push(new Uint8Array(bytes));
        },
        close: async () => void folder.set(name, new File(written, name)),
        abort: async () => undefined,
      };
    },
  });
  const directoryHandle = (folder: Folder): object => ({
    kind: "directory",
    getDirectoryHandle: async (name: string, { create = false } = {}) => {
      if (!folder.has(name) && create) folder.set(name, new Map());
      return directoryHandle(must(folder.get(name)) as Folder);
    },
    getFileHandle: async (name: string, { create = false } = {}) => {
      if (!folder.has(name) && create) folder.set(name, new File([], name));
      must(folder.get(name));
      return fileHandle(folder, name);
    },
    removeEntry: async (name: string) => {
      must(folder.get(name));
      folder.delete(name);
    },
    entries: async function* entries() {
      for (const [name, entry] of folder)
        yield [name, entry instanceof File ? fileHandle(folder, name) : directoryHandle(entry)];
    },
  });
  const request = async (name: string, _options: object, use: (taken: object | null) => unknown) => {
    if (held.has(name)) return use(null);
    held.add(name);
    try {
      return await use({ name });
    } finally {
      held.delete(name);
    }
  };
  const storage = { getDirectory: async () => directoryHandle(root) };
  const before = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  Object.defineProperty(globalThis, "navigator", {
    configurable: true,
    value: { userAgent: "memory", storage, locks: { request } },
  });
  return {
    names: () => filesIn(root).map(([name]) => name),
    change: async (name, to) => {
      const [, folder, own, file] = filesIn(root).find(([each]) => each === name)!;
      folder.set(own, new File([to(new Uint8Array(await file.arrayBuffer()))], own));
    },
    get quota() {
      return state.quota;
    },
    set quota(bytes) {
      state.quota = bytes;
    },
    restore: () => {
      if (before) Object.defineProperty(globalThis, "navigator", before);
      else Reflect.deleteProperty(globalThis, "navigator");
    },
  };
}

function must<T>(entry: T | undefined): T {
  if (entry === undefined) throw new DOMException("There is none.", "NotFoundError");
  return entry;
}
