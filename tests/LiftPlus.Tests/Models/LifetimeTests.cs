using System.Reflection;
using System.Runtime.ExceptionServices;
using LiftPlus.Data;
using LiftPlus.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Models;

public sealed class LifetimeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Members() =>
        [
            .. new[] { typeof(FineTunedModel), typeof(ImageClassifier) }
                .SelectMany(type =>
                    type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
                        .Where(method => method.Name != nameof(ImageClassifier.Dispose) && !IsInit(method))
                )
                .Select(method => $"{method}"),
        ];

    [Theory]
    [MemberData(nameof(Members))]
    public async Task EveryMember_AfterDispose_Throws(string member)
    {
        FineTunedModel model = Train();
        MethodInfo method = typeof(FineTunedModel).GetMethods().Single(method => $"{method}" == member);
        model.Dispose();
        model.Dispose(); // a second time does nothing
        var thrown = await Assert.ThrowsAsync<ObjectDisposedException>(() => CallAsync(model, method));
        Assert.EndsWith(nameof(FineTunedModel), thrown.ObjectName);
    }

    [Fact]
    public void EveryZeroShotMember_IsOneOfImageClassifier() =>
        Assert.Empty(typeof(ZeroShotClassifier).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly));

    [Fact]
    public void Exports_OfADisposedModel_Throw()
    {
        FineTunedModel model = Train();
        Backbone backbone = model.Backbone;
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => MergedExport.Save(model, _folder["merged"]));
        Assert.Throws<ObjectDisposedException>(() => PeftExport.Save(model, _folder["peft"]));
        Assert.Throws<ObjectDisposedException>(() =>
            FeatureDiagnostic.Measure(model, TestWorld.Dataset(2, 2, 2), TestWorld.Dataset(2, 2, 2))
        );
        Assert.Throws<ObjectDisposedException>(() => ReferenceCheckpoint.Save(_folder["checkpoint.pth.tar"], backbone, null));
        Assert.Throws<ObjectDisposedException>(() => HuggingFacePeft.Save(backbone, _folder["adapter"]));
        Assert.Throws<ObjectDisposedException>(() => backbone.Save(_folder["backbone"]));
        Assert.Throws<ObjectDisposedException>(() => backbone.Merge());
        Assert.Throws<ObjectDisposedException>(() => backbone.TrainedState());
        Assert.Empty(Directory.GetFileSystemEntries(_folder[""]));
    }

    [Theory]
    [InlineData("model")]
    [InlineData("backbone")]
    [InlineData("classifier")]
    public void Save_OfWhatWasDisposed_LeavesTheGoodFolder(string part)
    {
        string saved = _folder["model"];
        using FineTunedModel model = Train();
        model.Save(saved);
        Dictionary<string, byte[]> before = Directory.GetFiles(saved).ToDictionary(file => file, File.ReadAllBytes);
        IDisposable disposed = part switch
        {
            "model" => model,
            "backbone" => model.Backbone,
            _ => model.Classifier,
        };
        disposed.Dispose();

        Exception thrown = Assert.ThrowsAny<Exception>(() => model.Save(saved));
        Assert.Equal(part == "classifier" ? typeof(LiftPlusException) : typeof(ObjectDisposedException), thrown.GetType());
        Assert.Equal(before, Directory.GetFiles(saved).ToDictionary(file => file, File.ReadAllBytes));
        Assert.Equal([saved], Directory.GetFileSystemEntries(_folder[""]));
    }

    [Fact]
    public async Task Dispose_WhileThreadsPredict_LetsThemFinishOrThrow()
    {
        byte[] png = TestWorld.Png(1);
        string saved = _folder["model"];
        using (FineTunedModel model = Train())
            model.Save(saved);
        int answers = 0;
        for (int round = 0; round < 50; round++)
        {
            FineTunedModel model = FineTunedModel.Load(
                saved,
                new ModelLoadOptions { CreateBackbone = TestWorld.CreateBackbone, Device = "cpu" }
            );
            using var started = new CountdownEvent(4);
            Task[] callers = [.. Enumerable.Range(0, 4).Select(caller => Task.Run(() => PredictUntilDisposed(model, caller, started)))];
            started.Wait();
            model.Dispose();
            await Task.WhenAll(callers);
            Assert.Throws<ObjectDisposedException>(() => model.Backbone); // freed with the last caller
        }

        Assert.True(answers >= 200);

        void PredictUntilDisposed(FineTunedModel model, int caller, CountdownEvent started)
        {
            using Tensor images = randn(2, 3, 16, 16);
            using IDisposable noGrad = no_grad();
            bool hasAnswered = false;
            try
            {
                while (true)
                {
                    if (caller % 2 == 0)
                        Assert.Equal("green", model.Predict(png).ClassName);
                    else
                        using (Tensor logits = model.Logits(images))
                            Assert.True(logits.isfinite().all().item<bool>());
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

    // The model may be disposed where its predictions are read: nothing waits for itself.
    [Fact]
    public async Task Dispose_BetweenPredictions_EndsThem()
    {
        FineTunedModel model = Train();
        model.Inference = model.Inference with { BatchSize = 1 };
        int predicted = 0;
        await Assert.ThrowsAsync<ObjectDisposedException>(async () =>
        {
            await foreach (Prediction _ in model.PredictEachAsync([TestWorld.Png(0), TestWorld.Png(1), TestWorld.Png(2)]))
            {
                predicted++;
                model.Dispose();
            }
        });
        Assert.Equal(1, predicted);
    }

    [Fact]
    public void Dispose_DuringAnEvaluation_FreesTheModelAfterIt()
    {
        FineTunedModel model = Train();
        long before = LiveTensors.Count();
        EvaluationReport report = model.Evaluate(TestWorld.Dataset(4, 4, 4), new DisposeOnReport(model));
        Assert.Equal(12, report.Metrics.Count);
        Assert.Throws<ObjectDisposedException>(() => model.Backbone);
        Assert.True(LiveTensors.Count() < before);
    }

    private static FineTunedModel Train() => TestWorld.Builder().AddLora().UseEpochs(2).Build().Fit(TestWorld.Dataset(8, 8, 8));

    private static bool IsInit(MethodInfo method) =>
        method.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(System.Runtime.CompilerServices.IsExternalInit));

    private async Task CallAsync(FineTunedModel model, MethodInfo method)
    {
        object? result;
        try
        {
            result = method.Invoke(model, [.. method.GetParameters().Select(Argument)]);
        }
        catch (TargetInvocationException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerException!);
            throw;
        }

        if (result is Task task)
            await task;
        else if (result is IAsyncEnumerable<Prediction> predictions)
            await predictions.ToListAsync();
    }

    private object? Argument(ParameterInfo parameter) =>
        parameter.ParameterType switch
        {
            Type type when type == typeof(string) => _folder["new"],
            Type type when type == typeof(ImageSource) => (ImageSource)TestWorld.Png(0),
            Type type when type == typeof(ImageDataset) => TestWorld.Dataset(2, 2, 2),
            Type type when type == typeof(InferenceOptions) => new InferenceOptions(),
            Type type when type == typeof(Tensor) => zeros(1, 3, 16, 16),
            Type type when type == typeof(int) => 1,
            Type type when type == typeof(CancellationToken) => CancellationToken.None,
            Type { IsGenericType: true } type when type.GetGenericTypeDefinition() == typeof(IEnumerable<>) => Array.CreateInstance(
                type.GenericTypeArguments[0],
                0
            ),
            Type type when type == typeof(IAsyncEnumerable<string>) => AsyncEnumerable.Empty<string>(),
            Type type when type == typeof(IAsyncEnumerable<byte[]>) => AsyncEnumerable.Empty<byte[]>(),
            Type type when type == typeof(IAsyncEnumerable<ImageSource>) => AsyncEnumerable.Empty<ImageSource>(),
            _ => null,
        };

    private sealed class DisposeOnReport(FineTunedModel model) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value) => model.Dispose();
    }
}
