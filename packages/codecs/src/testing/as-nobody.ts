/** Work without rights, where the tests' user may do anything. */

/** Does the work with nobody's rights, where this process is the superuser and has all. */
export async function asNobody(work: () => Promise<void>): Promise<void> {
  if (process.getuid?.() !== 0) return work();
  process.setegid!(65_534);
  process.seteuid!(65_534);
  try {
    await work();
  } finally {
    process.seteuid!(0);
    process.setegid!(0);
  }
}
