// Runs the job in a folder by leases until it is complete or killed.
using LiftPlus;
using LiftPlus.TestSupport;

using var classifier = new HashClassifier(pause: 2);
await PredictionJob.Open(args[0]).RunAsync(classifier, new PredictionWorkerOptions { LeaseTime = TimeSpan.FromSeconds(1) });
