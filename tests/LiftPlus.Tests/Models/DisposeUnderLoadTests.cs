using System.Collections.Concurrent;
using LiftPlus.Classifiers;
using LiftPlus.TestSupport;
using LiftPlus.Weights;
using Microsoft.Extensions.DependencyInjection;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Models;

/// <summary>
/// Disposes what several threads are using: each call gives the right answer, or throws <see cref="ObjectDisposedException"/>. A wrong
/// order ends the process. LIFTPLUS_ROUNDS=1000 takes some minutes.
/// </summary>
public sealed class DisposeUnderLoadTests(ITestOutputHelper output) : IDisposable
{
    private const int Callers = 4;

    private static readonly byte[][] s_images = [TestWorld.Png(0), TestWorld.Png(1), TestWorld.Png(2)];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AFineTunedModel()
    {
        TrainAndSave();
        ModelLoadOptions options = new() { CreateBackbone = TestWorld.CreateBackbone, Device = "cpu" };
        using Tensor images = randn(2, 3, 16, 16);
        using FineTunedModel reference = FineTunedModel.Load(_folder["model"], options);
        using Tensor logits = reference.Logits(images);
        await Repeat(
            () => FineTunedModel.Load(_folder["model"], options),
            (model, caller) =>
            {
                if (caller % 2 == 0)
                    Assert.Equal(TestWorld.Names[caller % 3], model.Predict(s_images[caller % 3]).ClassName);
                else
                    AssertSame(logits, () => model.Logits(images));
            }
        );
    }

    [Fact]
    public async Task AZeroShotClassifier()
    {
        string folder = Repository.PathOf("samples", "assets", "tiny-clip");
        ClassDistribution classes = TestWorld.Dataset(1, 1, 1).Classes;
        using ZeroShotClassifier reference = new(Backbone.Load(folder), classes);
        Prediction[] expected = [.. s_images.Select(image => reference.Predict(image))];
        await Repeat(
            () => new ZeroShotClassifier(Backbone.Load(folder), classes),
            (model, caller) =>
            {
                Prediction found = model.Predict(s_images[caller % 3]);
                Assert.Equal(expected[caller % 3].ClassName, found.ClassName);
                Assert.Equal(expected[caller % 3].Probability, found.Probability, 1e-5f);
            }
        );
    }

    [Fact]
    public async Task ABackbone()
    {
        using Tensor images = randn(2, 3, 16, 16);
        using Backbone reference = TestWorld.CreateBackbone();
        using Tensor features = reference.EncodeImage(images);
        await Repeat(TestWorld.CreateBackbone, (backbone, _) => AssertSame(features, () => backbone.EncodeImage(images)));
    }

    [Fact]
    public async Task AServedClassifier()
    {
        TrainAndSave();
        await Repeat(
            () =>
            {
                var services = new ServiceCollection();
                services.AddLogging();
                services.AddImageClassifier(options =>
                {
                    options.Model = _folder["model"];
                    options.CreateBackbone = TestWorld.CreateBackbone;
                    options.Device = "cpu";
                });
                return services.BuildServiceProvider();
            },
            (services, caller) =>
            {
                var classifier = services.GetRequiredService<IImageClassifier>();
                Assert.Equal(TestWorld.Names[caller % 3], classifier.Predict(s_images[caller % 3]).ClassName);
            }
        );
    }

    private async Task Repeat<T>(Func<T> create, Action<T, int> use)
        where T : IDisposable
    {
        int answers = 0,
            rounds = Rounds.Count(20);
        for (int round = 0; round < rounds; round++)
        {
            T used = create();
            using var started = new CountdownEvent(Callers);
            Task[] callers = [.. Enumerable.Range(0, Callers).Select(caller => Task.Run(() => UseUntilDisposed(used, caller, started)))];
            started.Wait();
            used.Dispose();
            await Task.WhenAll(callers);
        }

        Assert.True(answers >= rounds * Callers);
        output.WriteLine($"{rounds} rounds, {Callers} threads, {answers} right answers");

        void UseUntilDisposed(T used, int caller, CountdownEvent started)
        {
            using IDisposable noGrad = no_grad();
            bool hasAnswered = false;
            try
            {
                while (true)
                {
                    use(used, caller);
                    Interlocked.Increment(ref answers);
                    if (!hasAnswered)
                        started.Signal();
                    hasAnswered = true;
                }
            }
            catch (ObjectDisposedException) when (hasAnswered) { }
            finally
            {
                if (!hasAnswered)
                    started.Signal(); // the caller failed
            }
        }
    }

    private static void AssertSame(Tensor expected, Func<Tensor> compute)
    {
        using DisposeScope scope = NewDisposeScope();
        Assert.True(TensorMath.Subtract(compute(), expected).abs().max().item<float>() < 1e-4);
    }

    private void TrainAndSave()
    {
        using FineTunedModel model = TestWorld.Builder().AddLora().UseEpochs(2).Build().Fit(TestWorld.Dataset(8, 8, 8));
        model.Save(_folder["model"]);
    }
}
