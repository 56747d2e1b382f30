import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { fileName } from '../../../src/toolset/http/file-name.ts';

suite('the name of a file', () => {
	const hostile: [disposition: string, expected: string][] = [
		['attachment; filename="../../etc/passwd"', 'passwd'],
		['attachment; filename="C:\\\\windows\\\\evil.exe"', 'evil.exe'],
		['attachment; filename="..."', 'file.pdf'],
		['attachment; filename=""', 'file.pdf'],
		['attachment; filename="a\u202egpj.exe"', 'a gpj.exe'],
		["attachment; filename*=utf-8''%2e%2e%2fx.txt", 'x.txt'],
		["attachment; filename*=utf-8''%zz.txt", '%zz.txt'],
		[`attachment; filename="${'x'.repeat(300)}.csv"`, `${'x'.repeat(96)}.csv`],
		['attachment; filename=<b>.csv', 'b .csv'],
	];
	for (const [disposition, expected] of hostile)
		test(`of ${disposition.slice(0, 60)}`, () => assert.equal(fileName(disposition, 'https://a.example/', 'application/pdf'), expected));

	test('comes from the header, the address, or the type', () => {
		const at = (disposition: string | undefined, url: string, type: string) => fileName(disposition, `https://a.example${url}`, type);
		assert.equal(at('attachment; filename=may.pdf; size=3', '/x/june.pdf', 'application/pdf'), 'may.pdf');
		assert.equal(at('attachment; filename="old.pdf"; filename*=UTF-8\'\'M%C3%A4rz.pdf', '/', 'application/pdf'), 'März.pdf');
		assert.equal(at('inline', '/x/june%20report.pdf?y=z.png', 'application/pdf'), 'june report.pdf');
		assert.equal(at(undefined, '/reports/7', 'application/pdf'), 'file.pdf');
		assert.equal(at(undefined, '/', 'image/png'), 'file.png');
		assert.equal(at(undefined, '/', 'application/x-unheard-of'), 'file.bin');
	});
});
