import { chatContract } from '../../contracts/chat-contract.ts';
import { LACKING, openConsoleBench } from './console-bench.ts';

chatContract('The console', openConsoleBench, { without: LACKING });
