import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeSuite } from '../../../../bench/eval/suites/description.ts';
import { suiteFolder } from './suite-folder.ts';

const RESTBENCH = { 'data/questions.json': [], 'data/expected.jsonl': [] };
const API_BANK = { 'data/lv1_dialogues.jsonl': [], 'data/lv1_calls.jsonl': [] };

const refused = (source: string, message: RegExp) =>
	assert.rejects(describeSuite(source), { name: 'UserError', code: 'bad-input', message });

test('a folder that is no suite is refused, with what it would need', async (context) => {
	await refused('/nowhere/at/all', /\/nowhere\/at\/all is no suite.*suite\.json.*--suite/);
	await refused(await suiteFolder(context, 'tmdb', { 'data/questions.json': [] }), /is no suite.*data\/expected\.jsonl/);
	await refused(`${await suiteFolder(context, 'tmdb', RESTBENCH)}#calls`, /has no single calls.*Leave out #calls/);
});

test('a suite.json that cannot be used is refused, with its field', async (context) => {
	const folder = (content: unknown) => suiteFolder(context, 'own', { 'suite.json': content });
	const right = { name: 'own', kind: 'restbench', toolset: 'films', now: '2024-01-01T00:00:00Z' };
	await refused(await folder('{'), /suite\.json cannot be used: it is no JSON/);
	await refused(await folder({ ...right, kind: 'toolbench' }), /suite\.json cannot be used:.*kind/);
	await refused(await folder({ ...right, toolset: 'Film World' }), /toolset/);
	await refused(await folder({ ...right, toolset: 'human' }), /toolset/);
	await refused(await folder({ ...right, now: 'today' }), /now/);
	await refused(await folder({ ...right, name: '' }), /name/);
	await refused(await folder({ ...right, scorer: { salt: '1' } }), /scorer\.salt/);
	await refused(await folder({ ...right, port: 1 }), /port/);
	await refused(`${await folder(right)}#calls`, /says by its kind/);
});

test('RestBench and API-Bank are recognised by their files', async (context) => {
	const tmdb = await describeSuite(await suiteFolder(context, 'tmdb', RESTBENCH));
	assert.deepEqual(
		[tmdb.name, tmdb.kind, tmdb.toolset, tmdb.document, tmdb.now],
		['restbench-tmdb', 'restbench', 'tmdb', '/openapi.json', '2023-11-12T10:00:00Z'],
	);
	assert.deepEqual(tmdb.scorer, { salt: 0 });
	const spotify = await describeSuite(await suiteFolder(context, 'spotify', { ...RESTBENCH, 'check_state.py': '' }));
	assert.deepEqual(spotify.scorer, { state: 'check_state.py', salt: 0 });
	const bank = await suiteFolder(context, 'apibank', API_BANK);
	const [dialogues, calls] = await Promise.all([describeSuite(bank), describeSuite(`${bank}#calls`)]);
	assert.deepEqual([dialogues.name, dialogues.kind, dialogues.toolset], ['api-bank', 'api-bank-dialogues', 'apibank']);
	assert.deepEqual([calls.name, calls.kind, calls.folder], ['api-bank-calls', 'api-bank-calls', bank]);
});

test('a suite.json says what no file names say', async (context) => {
	const content = {
		name: 'own',
		kind: 'api-bank-calls',
		toolset: 'films',
		now: '2024-01-01T00:00:00+01:00',
		questions: 'c.jsonl',
		scorer: { appointments: 'a.json' },
	};
	const folder = await suiteFolder(context, 'own', { ...API_BANK, 'suite.json': content });
	assert.deepEqual(await describeSuite(folder), { ...content, document: '/openapi.json', folder });
});
