/** `npm run format`: formats, sorts imports and applies the safe fixes of the linter. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const root = path.dirname(import.meta.dirname);
const { status } = spawnSync(path.join(root, 'node_modules', '.bin', 'biome'), ['check', '--write', '.'], { cwd: root, stdio: 'inherit' });
process.exitCode = status ?? 1;
