using LiftPlus.Classifiers;
using LiftPlus.Data;
using LiftPlus.Inference;
using LiftPlus.Losses;
using LiftPlus.Models;
using LiftPlus.Optimization;
using LiftPlus.Runs;
using LiftPlus.TestSupport;
using LiftPlus.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Training;

/// <summary>Compares one step of each method with its formula, written down in double precision for a linear classifier.</summary>
public sealed class SharpnessTests : IDisposable
{
    private const double Rate = 0.5;
    private static readonly int[] s_counts = [24, 12, 6];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<SharpnessMethod, double, int> Methods =>
        new()
        {
            { SharpnessMethod.Sam, 0.3, 1 },
            { SharpnessMethod.ImbSam, 0.3, 1 },
            { SharpnessMethod.FocalSam, 0.3, 1 },
            { SharpnessMethod.GaussianNeighborhood, 0.3, 1 },
            { SharpnessMethod.Sam, 0.3, 6 },
            { SharpnessMethod.ImbSam, 0.3, 6 },
            { SharpnessMethod.FocalSam, 0.3, 6 },
            { SharpnessMethod.GaussianNeighborhood, 0.3, 6 },
        };

    [Theory]
    [MemberData(nameof(Methods))]
    public void AStepFollowsTheFormula(SharpnessMethod method, double radius, int accumulation)
    {
        ImageDataset train = TestWorld.Dataset(s_counts);
        var options = new SharpnessOptions
        {
            Method = method,
            Radius = radius,
            TailImages = method == SharpnessMethod.ImbSam ? 13 : null,
            FocalWeight = method == SharpnessMethod.FocalSam ? 0.7 : null,
            FocalExponent = method == SharpnessMethod.FocalSam ? 0.6 : null,
        };
        using FineTunedModel start = Builder(1e-12, options, accumulation).Build().Fit(train),
            stepped = Builder(Rate, options, accumulation).Build().Fit(train);
        double[] w = TensorAssert.Doubles(start.Classifier.Weight!),
            moved = TensorAssert.Doubles(stepped.Classifier.Weight!);
        double[][] features = Features(start, train);
        Func<double[], Func<int, double>, double[]> gradient = (at, weight) => Gradient(at, features, train, weight);

        double[] expected = method switch
        {
            SharpnessMethod.Sam => gradient(Climb(w, gradient(w, _ => 1), radius), _ => 1),
            SharpnessMethod.ImbSam => Sum(
                gradient(w, label => s_counts[label] < 13 ? 0 : 1),
                gradient(Climb(w, gradient(w, label => s_counts[label] < 13 ? 1 : 0), radius), label => s_counts[label] < 13 ? 2 : 0)
            ),
            SharpnessMethod.FocalSam => Sum(gradient(w, label => 1 - Focal(label)), gradient(Climb(w, gradient(w, Focal), radius), Focal)),
            _ => gradient(Sum(w, Noise(w.Length / s_counts.Length, radius)), _ => 1),
        };
        double[] plain = gradient(w, _ => 1);
        for (int i = 0; i < w.Length; i++)
            Assert.Equal(expected[i], (w[i] - moved[i]) / Rate, 2e-6);
        Assert.True(Distance(expected, plain) > 1e-3, "The formula gives the ordinary gradient, which tests nothing.");
    }

    [Fact]
    public void TheRadiusOfTheNoiseIsHalvedByEpochs()
    {
        ImageDataset train = TestWorld.Dataset(s_counts);
        var noise = new SharpnessOptions
        {
            Method = SharpnessMethod.GaussianNeighborhood,
            Radius = 0.4,
            HalvingEpochs = 2,
        };
        var (model, pass, tensors, batch) = Parts(train, noise);
        using (model)
        using (tensors)
        {
            foreach ((int epoch, double factor) in new[] { (0, 1.0), (1, 1.0), (2, 0.5), (3, 0.5), (4, 0.25) })
            {
                double[] before = TensorAssert.Doubles(model.Classifier.Weight!);
                double[] seen = [];
                StepGradient gradient = StepGradient.Create(
                    model,
                    pass(() => seen = TensorAssert.Doubles(model.Classifier.Weight!)),
                    tensors,
                    train
                );
                gradient.Add(batch(), s_counts.Sum(), new TrainingState { Epoch = epoch }, new StepTally());
                gradient.Complete(new TrainingState { Epoch = epoch });
                double[] expected = Sum(before, Noise(before.Length / s_counts.Length, 0.4 * factor));
                Assert.All(expected.Zip(seen), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
                Assert.Equal(before, TensorAssert.Doubles(model.Classifier.Weight!)); // put back
            }
        }
    }

    [Theory]
    [InlineData(SharpnessMethod.Sam)]
    [InlineData(SharpnessMethod.ImbSam)]
    [InlineData(SharpnessMethod.FocalSam)]
    [InlineData(SharpnessMethod.GaussianNeighborhood)]
    public void AnAbandonedStepLeavesTheParametersAsTheyWere(SharpnessMethod method)
    {
        ImageDataset train = TestWorld.Dataset(s_counts);
        var (model, pass, tensors, batch) = Parts(train, new SharpnessOptions { Method = method });
        using (model)
        using (tensors)
        {
            double[] before = TensorAssert.Doubles(model.Classifier.Weight!);
            StepGradient gradient = StepGradient.Create(model, pass(() => { }), tensors, train);
            ImageBatch given = batch();
            gradient.Add(given, s_counts.Sum(), new TrainingState(), new StepTally());
            gradient.Abandon();
            Assert.Equal(before, TensorAssert.Doubles(model.Classifier.Weight!));
            Assert.Throws<ObjectDisposedException>(() => given.Images);
        }
    }

    [Theory]
    [InlineData(SharpnessMethod.Sam)]
    [InlineData(SharpnessMethod.ImbSam)]
    [InlineData(SharpnessMethod.FocalSam)]
    [InlineData(SharpnessMethod.GaussianNeighborhood)]
    public void ALossScaleScalesTheGradientAndNothingElse(SharpnessMethod method)
    {
        double[] plain = Gradient(method, null),
            scaled = Gradient(method, new LossScale { Factor = 1024 });
        Assert.All(plain.Zip(scaled), pair => Assert.Equal(pair.First, pair.Second / 1024, 1e-5));
    }

    [Fact]
    public void AGradientThatOverflowsItsScaleIsLeftToTheLossScale()
    {
        double[] overflowed = Gradient(SharpnessMethod.Sam, new LossScale { Factor = double.MaxValue });
        Assert.Contains(overflowed, value => !double.IsFinite(value));
    }

    [Fact]
    public void ClippingLimitsTheGradientOfTheStep()
    {
        ImageDataset train = TestWorld.Dataset(s_counts);
        var options = new SharpnessOptions { Method = SharpnessMethod.FocalSam, Radius = 0.3 };
        using FineTunedModel start = Builder(1e-12, options, 1).Build().Fit(train),
            free = Builder(Rate, options, 1).Build().Fit(train);
        double[] w = TensorAssert.Doubles(start.Classifier.Weight!);
        double norm = Distance(w, TensorAssert.Doubles(free.Classifier.Weight!)) / Rate;
        double? reported = null;
        using FineTunedModel clipped = Builder(Rate, options, 1)
            .UseTraining(training => training with { ClipGradientNorm = norm / 4 })
            .Build()
            .Fit(train, progress: new Follower(value => reported = value.GradientNorm ?? reported));
        Assert.Equal(norm, reported!.Value, 1e-5);
        Assert.Equal(Rate * norm / 4, Distance(w, TensorAssert.Doubles(clipped.Classifier.Weight!)), 1e-5);
    }

    [Theory]
    [InlineData(SharpnessMethod.Sam)]
    [InlineData(SharpnessMethod.FocalSam)]
    public void RecomputedBlocksTakeTheSameSteps(SharpnessMethod method)
    {
        ImageDataset train = TestWorld.Dataset(s_counts);
        double[] Run(bool isOn)
        {
            using FineTunedModel model = TestWorld
                .Builder()
                .UseSharpness(new SharpnessOptions { Method = method })
                .UseTraining(training => training with { ActivationCheckpointing = isOn })
                .Build()
                .Fit(train);
            return TensorAssert.Doubles(model.Classifier.Weight!);
        }

        Assert.All(Run(false).Zip(Run(true)), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void ALossThatIsNoNumberNearTheParametersEndsTheRun()
    {
        LongTailFineTuner tuner = TestWorld
            .Builder()
            .UseSharpness()
            .UseLoss(new SecondPassLossOptions())
            .UseCheckpoints(_folder["run"], new CheckpointOptions { EverySteps = 1 })
            .Build();
        var exception = Assert.Throws<NonFiniteTrainingException>(() => tuner.Fit(TestWorld.Dataset(s_counts)));
        Assert.Contains("The loss or gradient near the parameters of step 2 is NaN", exception.Message);
        Assert.EndsWith("checkpoint-000000001.safetensors", exception.Checkpoint);
    }

    [Fact]
    public void SettingsOfOtherMethodsAndLossesThatCannotBeWeightedAreRefusedTogether()
    {
        var builder = TestWorld
            .Builder()
            .UseLadeLoss()
            .UseSharpness(
                new SharpnessOptions
                {
                    Method = SharpnessMethod.ImbSam,
                    FocalWeight = 0.5,
                    FocalExponent = 1,
                    HalvingEpochs = 3,
                }
            );
        Assert.Equal(
            [
                "Training.Sharpness.FocalWeight: the value is 0.5, which only FocalSam uses, and Method is ImbSam. Leave it out.",
                "Training.Sharpness.FocalExponent: the value is 1, which only FocalSam uses, and Method is ImbSam. Leave it out.",
                "Training.Sharpness.HalvingEpochs: the value is 3, which only GaussianNeighborhood uses, and Method is ImbSam. "
                    + "Leave it out.",
                "Training.Sharpness.Method: ImbSam weights the loss of each image, and the loss 'lade' is not a mean over images. "
                    + "Use another loss, such as the logit-adjusted one, or SAM.",
            ],
            Assert.Throws<RecipeException>(builder.Build).Errors
        );
        TestWorld.Builder().UseLadeLoss().UseSharpness().Build(); // SAM takes any loss
    }

    // One step on the features of all images.
    private static LongTailFineTunerBuilder Builder(double rate, SharpnessOptions options, int accumulation) =>
        TestWorld
            .Builder()
            .UseClassifierOnly()
            .UseNoAugmentation()
            .UseClassifier(new LinearClassifierOptions { Bias = false }, ClassifierInitialization.ClassMean)
            .UseSgd(new SgdOptions { Momentum = 0, WeightDecay = 0 })
            .UseSharpness(options)
            .UseTraining(training =>
                training with
                {
                    Epochs = 1,
                    BatchSize = s_counts.Sum(),
                    AccumulationSteps = accumulation,
                    LearningRate = rate,
                }
            );

    private static double[] Gradient(SharpnessMethod method, LossScale? scale)
    {
        ImageDataset train = TestWorld.Dataset(s_counts);
        var (model, pass, tensors, batch) = Parts(train, new SharpnessOptions { Method = method, Radius = 0.3 });
        using (model)
        using (tensors)
        {
            StepGradient gradient = StepGradient.Create(model, pass(() => { }), tensors, train);
            TrainingState state = new() { LossScale = scale };
            gradient.Add(batch(), s_counts.Sum(), state, new StepTally());
            Assert.True(double.IsFinite(gradient.Complete(state)));
            return TensorAssert.Doubles(model.Classifier.Weight!.grad!);
        }
    }

    // A model before its first step, and what computes its gradients; the passes call an action each time.
    private static (FineTunedModel, Func<Action, GradientPass>, RunTensors, Func<ImageBatch>) Parts(
        ImageDataset train,
        SharpnessOptions options
    )
    {
        FineTunedModel model = Builder(1e-12, options, 1).Build().Fit(train);
        LongTailLoss loss = new CrossEntropyLossOptions().CreateLoss(new LossContext(train.Classes, 1, CPU));
        FeatureBatches batches = FeatureBatches.Compute(model, train, new FineTuningServices(), null, CancellationToken.None);
        return (
            model,
            called => new GradientPass(model, new WatchedLoss(loss, called), train, batches),
            new RunTensors(model),
            () => batches.ReadEpoch(0, 0, 0, 1, CancellationToken.None).First()
        );
    }

    private static double[][] Features(FineTunedModel model, ImageDataset train)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        int size = model.Backbone.Config.Preprocess.ImageSize;
        using BatchLoader loader = InferenceLoader.Create(
            train,
            model.Backbone.Config.Preprocess,
            model.Recipe.Augmentation.CreatePipeline(size),
            model.Recipe.Inference,
            null
        );
        List<double[]> features = [];
        foreach (ImageBatch batch in loader.ReadEpoch(0, 0))
        {
            using (batch)
            {
                Tensor encoded = model.Backbone.EncodeImage(batch.Images);
                for (int i = 0; i < batch.Count; i++)
                    features.Add(TensorAssert.Doubles(encoded[i]));
            }
        }

        return [.. features];
    }

    // The gradient of (1 / N) Σ_i weight(y_i) · CE(W x_i + log p, y_i) by W, row by row.
    private static double[] Gradient(double[] w, double[][] features, ImageDataset train, Func<int, double> weight)
    {
        int width = features[0].Length;
        double[] gradient = new double[w.Length];
        for (int i = 0; i < features.Length; i++)
        {
            double[] z =
            [
                .. s_counts.Select(
                    (count, c) =>
                        Enumerable.Range(0, width).Sum(d => w[c * width + d] * features[i][d]) + Math.Log(count / (double)s_counts.Sum())
                ),
            ];
            double total = z.Sum(Math.Exp);
            for (int c = 0; c < z.Length; c++)
            {
                double slope = Math.Exp(z[c]) / total - (c == train[i].Label ? 1 : 0);
                for (int d = 0; d < width; d++)
                    gradient[c * width + d] += weight(train[i].Label) * slope * features[i][d] / features.Length;
            }
        }

        return gradient;
    }

    private static double Focal(int label) => 0.7 * Math.Pow(1 - s_counts[label] / (double)s_counts.Sum(), 0.6);

    private static double[] Climb(double[] w, double[] gradient, double radius) =>
        Sum(w, [.. gradient.Select(value => radius * value / Distance(gradient, new double[gradient.Length]))]);

    // What the first step draws for the weights of the linear classifier.
    private static double[] Noise(int width, double radius)
    {
        using var random = new Generator(StepRandomness.Word(0, 0, -3));
        using Tensor drawn = randn([s_counts.Length, width], generator: random);
        return [.. TensorAssert.Doubles(drawn).Select(value => radius * Math.Clamp(value / 3, -1, 1))];
    }

    private static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());

    private sealed class WatchedLoss(LongTailLoss loss, Action called) : LongTailLoss("watched")
    {
        public override Tensor forward(Tensor logits, Tensor labels)
        {
            called();
            return loss.forward(logits, labels);
        }
    }

    private sealed class Follower(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }

    // Cross entropy whose fourth call, the second pass of the second step, gives NaN.
    private sealed record SecondPassLossOptions : LossOptions
    {
        public override string Type => "second pass";

        public override LongTailLoss CreateLoss(LossContext context) => new SecondPassLoss();

        private sealed class SecondPassLoss() : LongTailLoss("second pass")
        {
            private int _calls;

            public override Tensor forward(Tensor logits, Tensor labels)
            {
                Tensor loss = nn.functional.cross_entropy(logits, labels);
                return ++_calls == 4 ? loss.mul(TensorMath.Hold(double.NaN)) : loss;
            }
        }
    }
}
