import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toolsetFormProblems } from '../../../adapters/shared/toolset-form.ts';

test('what is wrong is told at its field, and nothing that was typed for a secret', () => {
	const problems = toolsetFormProblems({ name: '1st', source: 'crm.example.com', baseUrl: 'ftp://x.test', auth: 'sk-abc123DEF456' });
	assert.deepEqual(Object.keys(problems).sort(), ['auth', 'base-url', 'name', 'source']);
	assert.doesNotMatch(JSON.stringify(problems), /abc123/);
	assert.match(toolsetFormProblems({ name: 'crm' }).source ?? '', /upload/);
	assert.match(toolsetFormProblems({ name: 'crm', source: 'https://x.test', fileId: 'F1' }).source ?? '', /not both/);
});

test('a document has an address or is uploaded; an MCP server and an example have names', () => {
	for (const source of ['https://x.test/openapi.json', 'http://x.test', 'mcp:https://x.test/mcp', 'mcp:files', 'example:movies']) {
		assert.deepEqual(toolsetFormProblems({ name: 'crm', source }), {}, source);
	}
	for (const source of ['files', '/etc/passwd', 'file:///etc/passwd', 'example:', 'upload:pets.json']) {
		assert.deepEqual(Object.keys(toolsetFormProblems({ name: 'crm', source })), ['source'], source);
	}
	assert.deepEqual(toolsetFormProblems({ name: 'crm', fileId: 'F1' }), {});
});
