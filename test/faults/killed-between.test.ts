import { cellsOf, halves, testCells } from './test-cells.ts';

testCells('embedded', halves(cellsOf('kill-before'))[0]);
