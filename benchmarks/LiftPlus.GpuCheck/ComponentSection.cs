using System.Text.Json.Nodes;
using LiftPlus.Backbones;
using LiftPlus.Classifiers;
using LiftPlus.Losses;
using LiftPlus.Optimization;
using LiftPlus.Recipe;
using LiftPlus.TestSupport;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LiftPlus.GpuCheck;

/// <summary>Every built-in loss, classifier and optimizer on the device beside the same on the CPU, in float32.</summary>
internal static class ComponentSection
{
    private const int ClassCount = 10;
    private const int Width = 32;
    private const int Rows = 16;

    public static JsonObject Run(Plan plan)
    {
        Device device = plan.Device;
        Mode.Named("float32").Prepare(device);
        JsonObject failures = [];
        int passed = 0;
        foreach (object component in BuiltInComponents.All)
        {
            Func<Device, Tensor[]>? compute = component switch
            {
                LossOptions loss => place => Loss(loss, place),
                ClassifierOptions { HasWeight: true } classifier => place => Classifier(classifier, place),
                OptimizerOptions optimizer => place => Optimizer(optimizer, place),
                _ => null,
            };
            if (compute is null)
                continue;
            try
            {
                using DisposeScope scope = NewDisposeScope();
                foreach ((Tensor wanted, Tensor got) in compute(CPU).Zip(compute(device)))
                    TensorAssert.Close(wanted, got, 1e-4, 1e-5 * Math.Max(1, wanted.abs().max().item<float>()), "value or gradient");
                passed++;
            }
            catch (Exception exception)
            {
                failures[component.GetType().Name] = exception.Message.Split('\n')[0];
            }
        }

        return new JsonObject
        {
            ["passed"] = passed,
            ["failed"] = failures.Count,
            ["failures"] = failures,
        };
    }

    // Drawn on the CPU: a GPU's generator gives other numbers.
    private static Tensor Draw(Device device, int seed, params long[] shape)
    {
        using var random = new Generator((ulong)seed);
        return randn(shape, generator: random).to(device);
    }

    private static Tensor Labels(Device device) =>
        tensor([.. Enumerable.Range(0, Rows).Select(row => (long)row % ClassCount)], device: device);

    private static Tensor[] Loss(LossOptions options, Device device)
    {
        int[] counts = [.. Enumerable.Range(0, ClassCount).Select(c => 500 >> (c / 2))];
        ClassDistribution classes = new(counts.Select((_, c) => $"class {c}"), counts);
        LossContext context = new(classes, LogitScale: 25, device)
        {
            Neighbors = new ClassNeighbors(Neighbors(ClassCount, options.NeighborCount), Neighbors(Rows, options.NeighborCount)),
        };
        using LongTailLoss loss = options.CreateLoss(context);
        Tensor logits = Draw(device, 1, Rows, ClassCount).requires_grad_();
        Tensor value = loss.OfImages(logits, Labels(device), [.. Enumerable.Range(0, Rows)]);
        value.backward();
        return [value, logits.grad!];
    }

    // The classes that follow that of each row.
    private static int[,] Neighbors(int rows, int count)
    {
        int[,] neighbors = new int[rows, count];
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < count; i++)
                neighbors[row, i] = (row + 1 + i) % ClassCount;
        }

        return neighbors;
    }

    private static Tensor[] Classifier(ClassifierOptions options, Device device)
    {
        using var random = new Generator(0);
        using Classifier classifier = options.CreateClassifier(new ClassifierContext(Width, ClassCount, random));
        classifier.to(device);
        Tensor features = Draw(device, 2, Rows, Width).requires_grad_();
        Tensor logits = classifier.forward(features);
        nn.functional.cross_entropy(logits, Labels(device)).backward();
        return [logits, features.grad!, .. classifier.parameters().Select(parameter => parameter.grad!.clone())];
    }

    private static Tensor[] Optimizer(OptimizerOptions options, Device device)
    {
        const int steps = 5;
        var parameter = new Parameter(Draw(device, 3, Width));
        using Optimizer optimizer = options.CreateOptimizer([new OptimizedParameter("weight", parameter)]);
        for (int step = 0; step < steps; step++)
        {
            parameter.mul(Draw(device, 4 + step, Width)).sum().backward();
            optimizer.Step(0.02);
            optimizer.ZeroGrad();
        }

        return [parameter.detach()];
    }
}
