import { chatContract } from '../../contracts/chat-contract.ts';
import { openSlackBench } from './slack-bench.ts';

for (const mode of ['socket', 'http'] as const) {
	chatContract(`Slack (${mode})`, (context, options) => openSlackBench(context, mode, options));
}
