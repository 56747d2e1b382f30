import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MAX_DEPTH, parseForeignJson } from '../../src/sandbox/foreign-json.ts';

describe('parseForeignJson', () => {
	it('refuses what is no JSON', () => {
		assert.deepEqual(parseForeignJson('{'), { ok: false, problem: 'not-json' });
		assert.deepEqual(parseForeignJson(''), { ok: false, problem: 'not-json' });
	});

	it('refuses what is nested too deeply, however deep', () => {
		const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
		assert.equal(parseForeignJson(nested(MAX_DEPTH)).ok, true);
		for (const depth of [MAX_DEPTH + 1, 1_000_000]) {
			assert.deepEqual(parseForeignJson(nested(depth)), { ok: false, problem: 'too-deep' });
		}
	});

	it('drops __proto__ at every depth, also when it is escaped', () => {
		const parsed = parseForeignJson('{"a":[{"__proto__":{"isAdmin":true},"b":1}],"\\u005f_proto__":1}');
		assert.deepEqual(parsed, { ok: true, value: { a: [{ b: 1 }] } });
		assert.equal(parsed.ok && Object.hasOwn(parsed.value as object, '__proto__'), false);
	});
});
