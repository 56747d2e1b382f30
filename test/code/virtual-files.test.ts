import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createVirtualFiles, isStandardLibrary, PROGRAM_FILE } from '../../src/code/virtual-files.ts';

const LIBRARY = 'node_modules/@typescript/typescript-linux-x64/lib/lib.es5.d.ts';

test('the standard library is known by its package, wherever that is installed', () => {
	assert.ok(isStandardLibrary(`/app/${LIBRARY}`));
	assert.ok(isStandardLibrary(`/check/any/where/${LIBRARY}`), 'also below the folder that the checked files pretend to be in');
	assert.ok(isStandardLibrary(`C:\\app\\${LIBRARY.replaceAll('/', '\\')}`));
});

test('a declaration of a tool is not the standard library, and no other file is anything', () => {
	const files = createVirtualFiles();
	const { created } = files.replace('return 1', ['declare const tmdb: {};']);
	assert.equal(created.length, 1);
	for (const path of [...created, PROGRAM_FILE, '/etc/passwd', '/app/lib.es5.d.ts', `/app/${LIBRARY}.txt`])
		assert.ok(!isStandardLibrary(path), path);
	assert.equal(files.system.readFile('/etc/passwd'), null);
	assert.equal(files.system.fileExists('/etc/passwd'), false);
});
