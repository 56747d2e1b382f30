import { cellsOf, testCells } from './test-cells.ts';

/** What is the same on any storage is tested on the other one; here it is whether another process goes on with it. */
const TENTH = cellsOf('kill-before', 'kill-received', 'kill-applied').filter((_, index) => index % 10 === 1);

testCells('workers', TENTH);
