import { cellsOf, testCells } from './test-cells.ts';

testCells('embedded', cellsOf('kill-received', 'kill-applied'));
