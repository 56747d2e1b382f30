import { Worker as PatientWorker, type Processor, type WorkerOptions } from 'bullmq';

export { Queue } from 'bullmq';

/** As BullMQ's own, but a process that gives no sign of life is given up after 2 s instead of 15: nothing else depends on that. */
export class Worker<Data> extends PatientWorker<Data> {
	constructor(name: string, processor: Processor<Data>, options: WorkerOptions) {
		super(name, processor, { ...options, lockDuration: 1_500, stalledInterval: 500 });
	}
}
