// A LiftPlus model as a stage of an ML.NET pipeline (ImageClassification.cs), and an ML.NET trainer that learns from its embeddings.
using LiftPlus.Samples.MlNet;

string folder = args.Length > 0 ? args[0] : "out/ml-net";
Demonstration.Result result = Demonstration.Run(folder, Demonstration.FineTune);
foreach (Demonstration.Row row in result.Rows.Take(5))
    Console.WriteLine($"{row.ClassName, -24} -> {row.PredictedClass, -24} {row.Probability, 6:P0}");
Console.WriteLine(
    $"LiftPlus names {result.ClassAccuracy:P0} of {result.Rows.Count} test images; from its embeddings ML.NET names the fill of {result.FillAccuracy:P0}."
);
