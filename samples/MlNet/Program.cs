// Makes a LiftPlus model a stage of an ML.NET pipeline (ImageClassification.cs), with an ML.NET trainer that learns from its features.
using LiftPlus.Samples.MlNet;

string folder = args.Length > 0 ? args[0] : "out/ml-net";
Demonstration.Result result = Demonstration.Run(folder, Demonstration.FineTune);
foreach (Demonstration.Row row in result.Rows.Take(5))
    Console.WriteLine($"{row.ClassName, -24} -> {row.PredictedClass, -24} {row.Probability, 6:P0}");
Console.WriteLine(
    $"LiftPlus classifies {result.ClassAccuracy:P0} of {result.Rows.Count} test images correctly. "
        + $"ML.NET predicts the fill from its features: {result.FillAccuracy:P0} correct."
);
