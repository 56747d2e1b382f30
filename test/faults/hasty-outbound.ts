import { createOutbound as createPatientOutbound, type Outbound, type OutboundOptions } from '../../adapters/slack/outbound/outbound.ts';

/** As the bot's own, without the second that Slack wants between two messages, which no fault depends on. */
export function createOutbound(options: OutboundOptions): Outbound {
	return createPatientOutbound({ ...options, intervalMs: 5, retryMs: 100 });
}
