// Adds a custom method to a backbone and trains it for a few steps, with LiftPlus.Core alone. Argument: the backbone.
using LiftPlus;
using LiftPlus.Peft;
using OwnMethod;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

const int Classes = 4;
using Backbone backbone = Backbone.Load(args[0]);
backbone.Freeze();
backbone.eval();
int size = backbone.Config.Preprocess.ImageSize;
using Generator random = manual_seed(1);
using Tensor images = randn(8, 3, size, size);
using Tensor labels = arange(8).remainder(Classes);
using Tensor directions = randn(backbone.Config.Image.FeatureDimension, Classes);

float before = FirstLogit();
new ShiftOptions { Layers = LayerSelection.Last(2) }.Apply(new PeftContext(backbone, Classes, random));
float attached = FirstLogit();
Parameter[] trained = [.. backbone.parameters().Where(parameter => parameter.requires_grad)];
using optim.Optimizer optimizer = optim.SGD(trained, learningRate: 0.05);
List<float> losses = [];
for (int step = 0; step < 10; step++)
{
    using DisposeScope scope = NewDisposeScope();
    Tensor loss = nn.functional.cross_entropy(backbone.EncodeImage(images).mm(directions), labels);
    optimizer.zero_grad();
    loss.backward();
    optimizer.step();
    losses.Add(loss.item<float>());
}

Console.WriteLine($"{trained.Length} tensors trained: loss {losses[0]:F3} -> {losses[^1]:F3}");
if (trained.Length != 2 || MathF.Abs(before - attached) > 1e-4 || losses[^1] >= losses[0])
    throw new InvalidOperationException(
        $"Expected two shifts that start at zero and learn; attaching them changed the logit {before} to {attached}."
    );

float FirstLogit()
{
    using DisposeScope scope = NewDisposeScope();
    using IDisposable noGrad = no_grad();
    return backbone.EncodeImage(images).mm(directions)[0, 0].item<float>();
}
