import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { APIConnectionError } from 'openai';
import { explainFailure } from '../../src/model/failure.ts';

const CONTEXT = { origin: 'https://models.example', model: 'm1', hasKey: true, timeoutMs: 1000, timedOut: false };

/** As fetch and the SDK wrap what the system reports. */
function connectionError(code: string): APIConnectionError {
	const cause = new TypeError('fetch failed', { cause: Object.assign(new Error('raw words'), { code }) });
	return new APIConnectionError({ message: 'Connection error.', cause });
}

describe('explainFailure', () => {
	const cases: [code: string, message: RegExp, passing: boolean][] = [
		['ECONNREFUSED', /Nothing answers at https:\/\/models\.example/, true],
		['ENOTFOUND', /models\.example cannot be resolved.*OPENAI_BASE_URL/, false],
		['EAI_AGAIN', /models\.example cannot be resolved/, true],
		['ECONNRESET', /broke off/, true],
		['UND_ERR_SOCKET', /broke off/, true],
		['UND_ERR_CONNECT_TIMEOUT', /broke off/, true],
		['SELF_SIGNED_CERT_IN_CHAIN', /certificate.*NODE_EXTRA_CA_CERTS/, false],
		['ERR_TLS_CERT_ALTNAME_INVALID', /certificate/, false],
		['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /certificate/, false],
		['EPROTO', /does not speak TLS/, false],
	];
	for (const [code, message, passing] of cases) {
		it(`explains ${code}`, () => {
			const failure = explainFailure(connectionError(code), CONTEXT);
			assert.equal(failure.error.code, 'model-unavailable');
			assert.match(failure.error.userMessage, message);
			assert.doesNotMatch(failure.error.userMessage, /raw words/);
			assert.equal(failure.passing, passing);
		});
	}

	it('finds the code of the first of several addresses', () => {
		const refused = Object.assign(new Error('raw words'), { code: 'ECONNREFUSED' });
		const error = new APIConnectionError({ message: 'Connection error.', cause: new AggregateError([refused], '') });
		assert.match(explainFailure(error, CONTEXT).error.userMessage, /Nothing answers/);
	});

	it('calls what it does not know internal, and survives causes that go round', () => {
		const round = new Error('raw words');
		round.cause = round;
		for (const error of [round, 'raw words', null, new TypeError('raw words')]) {
			const failure = explainFailure(error, CONTEXT);
			assert.equal(failure.error.code, 'internal');
			assert.equal(failure.error.cause, error);
			assert.equal(failure.passing, false);
		}
	});
});
