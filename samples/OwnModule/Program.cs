// Adds a fine-tuning method: one options record and one module (GatedLora.cs), used like the built-in methods.
using LiftPlus.Samples.OwnModule;

string folder = args.Length > 0 ? args[0] : "out/own-module";
RoundTrip.Result result = RoundTrip.Run(folder);
Console.WriteLine($"Trained {result.TrainedParameters:N0} parameters: loss {result.FirstLoss:F2} -> {result.LastLoss:F2}");
Console.WriteLine($"Saved to {folder} and loaded again: the logits differ by at most {result.LogitDifference}");
