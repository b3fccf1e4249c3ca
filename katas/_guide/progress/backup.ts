/** Keeping what is taken away. */
import { type Guide, paths } from "../guide.ts";

/** Copies a file to where backups are, and says where that is. */
export async function setAside({ root }: Guide, path: string): Promise<string> {
  await Deno.mkdir(new URL(paths.backups, root), { recursive: true });
  const time = new Date().toISOString().replace(/[:.]/g, "-").slice(0, -1);
  const backup = `${paths.backups}${path.split("/").at(-1)}.${time}.bak`;
  await Deno.copyFile(new URL(path, root), new URL(backup, root));
  return backup;
}
