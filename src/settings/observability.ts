import type { z } from 'zod';
import { isHttpUrl, optionalText } from './kinds.ts';

/** Those that begin with OTEL_ are OpenTelemetry's own names, with its meanings (opentelemetry.io, "OTLP Exporter Configuration"). */
export const observabilitySettings = {
	OPS_PORT: optionalText
		.refine((text) => text === undefined || (/^\d{1,5}$/.test(text) && Number(text) <= 65_535), 'must be a whole number from 0 to 65535')
		.transform((text) => (text === undefined ? undefined : Number(text))),
	OPS_HOST: optionalText.transform((text) => text ?? '0.0.0.0'),
	OTEL_EXPORTER_OTLP_ENDPOINT: optionalText.refine(
		(text) => text === undefined || isHttpUrl(text),
		'must be an http:// or https:// address, for example http://localhost:4318',
	),
	OTEL_EXPORTER_OTLP_HEADERS: optionalText
		.refine((text) => text === undefined || headersIn(text) !== undefined, 'must be name=value, several separated by commas')
		.transform((text) => headersIn(text ?? '') ?? {}),
	OTEL_SERVICE_NAME: optionalText.transform((text) => text ?? 'toolcoder-bot'),
	OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: optionalText
		.refine((text) => text === undefined || /^(true|false)$/i.test(text), 'must be true or false')
		.transform((text) => text?.toLowerCase() === 'true'),
};

/** Where the operator's server listens. Port 0 is any free one. */
export interface OpsConfig {
	readonly host: string;
	readonly port: number;
}

export interface TracesConfig {
	/** Of the collector; `/v1/traces` is added to it. */
	readonly endpoint: string;
	/** May be secrets. */
	readonly headers: Readonly<Record<string, string>>;
	readonly serviceName: string;
	/** Whether spans carry prompts, replies, arguments and responses. */
	readonly content: boolean;
}

/** Each absent where it is not switched on. */
export function observabilityConfig(env: z.infer<z.ZodObject<typeof observabilitySettings>>): {
	readonly ops?: OpsConfig;
	readonly traces?: TracesConfig;
} {
	return {
		...(env.OPS_PORT !== undefined && { ops: { host: env.OPS_HOST, port: env.OPS_PORT } }),
		...(env.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined && {
			traces: {
				endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
				headers: env.OTEL_EXPORTER_OTLP_HEADERS,
				serviceName: env.OTEL_SERVICE_NAME,
				content: env.OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT,
			},
		}),
	};
}

/** Pairs as in `baggage` (W3C): both halves may be percent-encoded. Undefined for what is none. */
function headersIn(text: string): Readonly<Record<string, string>> | undefined {
	const pairs = text.split(',').filter((pair) => pair.trim() !== '');
	try {
		const entries = pairs.map((pair) => {
			const equals = pair.indexOf('=');
			const [name, value] = [pair.slice(0, equals), pair.slice(equals + 1)].map((half) => decodeURIComponent(half.trim()));
			return equals < 1 || !name || !/^[\w!#$%&'*+.^`|~-]+$/.test(name) ? undefined : ([name, value ?? ''] as const);
		});
		return entries.some((entry) => entry === undefined) ? undefined : Object.fromEntries(entries.filter((entry) => entry !== undefined));
	} catch {
		return undefined;
	}
}
