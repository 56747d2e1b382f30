import { chatContract } from '../../contracts/chat-contract.ts';
import { openDiscordBench } from './discord-bench.ts';

chatContract('Discord', openDiscordBench, { without: ['typed-commands'], long: 40 });
