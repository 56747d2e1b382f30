import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { confinedToolbox } from '../../src/pipeline/confined-toolbox.ts';
import { createToolbox } from '../../src/pipeline/toolbox.ts';
import { documentOf, load } from '../toolset/openapi/document.ts';

/** A toolset with these operations. */
function toolset(name: string, operationIds: readonly string[]) {
	const paths = operationIds.map((operationId) => [`/${operationId}`, { get: { operationId, responses: {} } }]);
	return load(documentOf(Object.fromEntries(paths)), { name });
}

const whole = await createToolbox([toolset('shop', ['payBill', 'listBills']), toolset('bank', ['payBill', 'readBalance'])]);

describe('confinedToolbox', () => {
	const confined = confinedToolbox(whole, new Set(['shop', 'unknown']));

	test('knows no tool of another toolset', () => {
		assert.deepEqual([...confined.tools.keys()], ['shop.payBill', 'shop.listBills']);
		assert.deepEqual([...confined.ids], ['shop.payBill', 'shop.listBills']);
		assert.deepEqual(Object.keys(confined.names), ['shop']);
		assert.deepEqual(
			confined.toolsets.map(({ name }) => name),
			['shop'],
		);
	});

	test('finds what is nearest among its own', () => {
		const nearest = confined.index.nearest('bank.payBill', 'pay a bill', 3);
		assert.deepEqual([...new Set(nearest.map(({ toolset }) => toolset))], ['shop']);
		assert.equal(nearest[0]?.name, 'payBill');
	});

	test('leaves the whole one as it was', () => assert.equal(whole.tools.size, 4));
});
