import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { Logger } from 'pino';

/** As @opentelemetry/core has it, which nothing else is needed of. */
const SUCCESS = 0;

/** The exporter, with one warning when it begins to fail, and a word when it works again: a collector that is away is nobody's emergency. */
export function loudOnce(exporter: SpanExporter, url: string, logger: Logger): SpanExporter {
	let fails = false;
	return {
		export(spans, done) {
			exporter.export(spans, (result) => {
				const failed = result.code !== SUCCESS;
				if (failed && !fails) logger.warn({ err: result.error, url }, 'the collector takes no traces; they are dropped until it does');
				if (!failed && fails) logger.info({ url }, 'the collector takes traces again');
				fails = failed;
				done({ code: SUCCESS });
			});
		},
		shutdown: () => exporter.shutdown(),
	};
}
