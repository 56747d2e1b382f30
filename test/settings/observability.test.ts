import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readConfig } from '../../src/config.ts';
import { secretsOf } from '../../src/log.ts';

describe('settings of observability', () => {
	test('everything is off when nothing is set, or set to nothing', () => {
		for (const environment of [{}, { OPS_PORT: ' ', OTEL_EXPORTER_OTLP_ENDPOINT: '', OTEL_EXPORTER_OTLP_HEADERS: '' }]) {
			const { ops, traces } = readConfig(environment);
			assert.deepEqual([ops, traces], [undefined, undefined]);
		}
	});

	test('wrong ones are named at once, and never repeated', () => {
		const wrong = {
			OPS_PORT: '65536',
			OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4318',
			OTEL_EXPORTER_OTLP_HEADERS: 'hunter2hunter2',
			OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'yes',
		};
		assert.throws(
			() => readConfig(wrong),
			({ message }: Error) => {
				assert.match(
					message,
					/OPS_PORT must be a whole number from 0 to 65535\n.*ENDPOINT must be an http.*\n.*HEADERS must be name=value.*\n.*CONTENT must be true or false/,
				);
				assert.doesNotMatch(message, /hunter2/);
				return true;
			},
		);
		for (const port of ['-1', '1.5', '0x50', '1e3', 'http']) assert.throws(() => readConfig({ OPS_PORT: port }), /OPS_PORT must be/);
		for (const headers of ['=x', 'a b=c', 'a=%zz'])
			assert.throws(() => readConfig({ OTEL_EXPORTER_OTLP_HEADERS: headers }), /HEADERS must be/);
	});

	test('a port alone switches the server on, for all addresses; 0 is any free one', () => {
		assert.deepEqual(readConfig({ OPS_PORT: '0' }).ops, { host: '0.0.0.0', port: 0 });
		assert.deepEqual(readConfig({ OPS_PORT: '9464', OPS_HOST: '127.0.0.1' }).ops, { host: '127.0.0.1', port: 9464 });
		assert.equal(readConfig({ OPS_HOST: '127.0.0.1' }).ops, undefined);
	});

	test('headers are read as OpenTelemetry writes them, and their values are secrets', () => {
		const config = readConfig({
			OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.test',
			OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20hunter2hunter2, x-team = films ',
			OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'True',
		});
		assert.deepEqual(config.traces, {
			endpoint: 'https://collector.test',
			headers: { authorization: 'Bearer hunter2hunter2', 'x-team': 'films' },
			serviceName: 'toolcoder-bot',
			content: true,
		});
		assert.ok(secretsOf(config).includes('hunter2hunter2'));
	});
});
