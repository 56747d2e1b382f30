import { format } from 'node:util';
import { LogLevel, type Logger as SlackLogger } from '@slack/logger';
import type { Logger } from 'pino';

/**
 * Slack's libraries write into the log of this process. Their debug lines hold whole messages, so they count as traces; the level is that of the
 * process, whatever Slack's libraries set.
 */
export function createBoltLogger(logger: Logger): SlackLogger {
	const write = (level: 'trace' | 'info' | 'warn' | 'error') => {
		return (...parts: readonly unknown[]) => {
			if (!logger.isLevelEnabled(level)) return;
			const error = parts.find((part) => part instanceof Error);
			logger[level](error ? { err: error } : {}, format(...parts.map((part) => (part instanceof Error ? part.message : part))));
		};
	};
	return {
		debug: write('trace'),
		info: write('info'),
		warn: write('warn'),
		error: write('error'),
		setLevel() {},
		getLevel: () => levelOf(logger),
		setName() {},
	};
}

function levelOf(logger: Logger): LogLevel {
	if (logger.isLevelEnabled('trace')) return LogLevel.DEBUG;
	if (logger.isLevelEnabled('info')) return LogLevel.INFO;
	return logger.isLevelEnabled('warn') ? LogLevel.WARN : LogLevel.ERROR;
}
