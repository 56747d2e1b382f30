import type { Config } from '../src/config.ts';
import type { Command, Setting, Settings } from './command.ts';

export const settings: Command = {
	path: ['settings'],
	summary: 'Show the model, the limits and where they are changed.',
	admin: true,
	audience: 'caller',
	options: [],
	async run(_request, { settings: { shown } }) {
		return [
			{
				kind: 'table',
				columns: ['setting', 'value', 'changed with'],
				rows: shown.map(({ name, value, variable }) => [name, value, variable]),
			},
		];
	},
};

/** What admins may know of the configuration: of secrets that they are set, of addresses the host alone. */
export function settingsOf(config: Config): Settings {
	const { prices, model } = config;
	const bounds = [...limits(config), ...budgetSettings(config)];
	const shown = [
		...modelSettings(config),
		...bounds,
		storageSetting(config),
		...priceSettings(config),
		credentialSetting(config),
		...operationSettings(config),
	];
	return { prices, model: model.name, shown };
}

function modelSettings({ model }: Config): Setting[] {
	if (!model.configured) {
		return [
			{ name: 'model', value: 'none: sample questions are answered from prepared replies', variable: 'OPENAI_API_KEY, OPENAI_BASE_URL' },
		];
	}
	return [
		{ name: 'model', value: model.name, variable: 'MODEL' },
		{ name: 'model server', value: model.baseUrl ? new URL(model.baseUrl).host : 'api.openai.com', variable: 'OPENAI_BASE_URL' },
		{ name: 'embedding model', value: model.embedding ?? 'none: tools are found by words alone', variable: 'EMBEDDING_MODEL' },
		{ name: 'model time limit', value: seconds(model.timeoutMs), variable: 'MODEL_TIMEOUT_SECONDS' },
		{ name: 'model requests at once', value: String(model.concurrency), variable: 'MODEL_CONCURRENCY' },
	];
}

function limits({
	runConcurrency,
	workspaceConcurrency,
	runTimeoutMs,
	approvalMs,
	functionLimit,
	runRetentionDays,
	sandbox,
}: Config): Setting[] {
	return [
		{ name: 'questions at once', value: String(runConcurrency), variable: 'RUN_CONCURRENCY' },
		{ name: 'questions of a workspace at once', value: String(workspaceConcurrency), variable: 'WORKSPACE_CONCURRENCY' },
		{ name: 'time limit of a program', value: seconds(runTimeoutMs), variable: 'RUN_TIMEOUT_SECONDS' },
		{ name: 'time to approve a call', value: seconds(approvalMs), variable: 'APPROVAL_TIMEOUT_SECONDS' },
		{ name: 'stored functions on offer', value: String(functionLimit), variable: 'FUNCTION_LIMIT' },
		{
			name: 'answered questions are kept',
			value: runRetentionDays === 0 ? 'for ever' : runRetentionDays === 1 ? '1 day' : `${runRetentionDays} days`,
			variable: 'RUN_RETENTION_DAYS',
		},
		{ name: 'memory of a program', value: `${sandbox.memoryMb} MB`, variable: 'SANDBOX_MEMORY_MB' },
		{ name: 'sandbox processes', value: String(sandbox.processes), variable: 'SANDBOX_PROCESSES' },
	];
}

function storageSetting({ databaseUrl, databaseSetting }: Config): Setting {
	const redis = /^rediss?:/.test(databaseUrl) ? URL.parse(databaseUrl) : null;
	const value = redis ? `Redis at ${redis.host}` : `SQLite file ${databaseUrl.replace(/^sqlite:\/\//, '')}`;
	return { name: 'storage', value, variable: databaseSetting };
}

function priceSettings({ prices }: Config): Setting[] {
	const variable = 'MODEL_PRICES';
	if (prices.size === 0) return [{ name: 'prices of models', value: 'not set', variable }];
	return [...prices].map(([model, { input, output }]) => ({
		name: `price of ${model}`,
		value: `$${input} in, $${output} out, for a million tokens`,
		variable,
	}));
}

function budgetSettings({ budgets }: Config): Setting[] {
	const value = (limit: number | undefined) => limit?.toLocaleString('en') ?? 'no limit';
	return [
		{ name: 'questions of a person a minute', value: value(budgets.userQuestionsPerMinute), variable: 'USER_QUESTIONS_PER_MINUTE' },
		{ name: 'questions of a person a day', value: value(budgets.userQuestions), variable: 'USER_DAILY_QUESTIONS' },
		{ name: 'tokens of a person a day', value: value(budgets.userTokens), variable: 'USER_DAILY_TOKENS' },
		{ name: 'questions of a workspace a day', value: value(budgets.workspaceQuestions), variable: 'WORKSPACE_DAILY_QUESTIONS' },
		{ name: 'tokens of a workspace a day', value: value(budgets.workspaceTokens), variable: 'WORKSPACE_DAILY_TOKENS' },
	];
}

function credentialSetting({ encryptionKey }: Config): Setting {
	const value = encryptionKey ? 'stored, encrypted' : 'cannot be stored: name a TOOLSET_SECRET_… variable instead';
	return { name: 'typed credentials', value, variable: 'ENCRYPTION_KEY' };
}

function operationSettings({ ops, traces, shutdownMs }: Config): Setting[] {
	return [
		{ name: 'time to end', value: seconds(shutdownMs), variable: 'SHUTDOWN_SECONDS' },
		{ name: 'health and metrics', value: ops ? `port ${ops.port} of ${ops.host}` : 'off', variable: 'OPS_PORT' },
		{ name: 'traces', value: traces ? `to ${new URL(traces.endpoint).host}` : 'off', variable: 'OTEL_EXPORTER_OTLP_ENDPOINT' },
	];
}

function seconds(ms: number): string {
	return `${ms / 1000} s`;
}
