// Classifies an image with an ONNX file, in an application without TorchSharp.
using LiftPlus;

string[] torch = [.. Directory.EnumerateFiles(AppContext.BaseDirectory, "*torch*", SearchOption.AllDirectories)];
Console.WriteLine($"{torch.Length} files of torch");
using OnnxImageClassifier classifier = OnnxImageClassifier.Load(args[0]);
Console.WriteLine(classifier.Predict(args[1]).ClassName);
