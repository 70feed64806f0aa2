using System.Reflection;
using System.Runtime.ExceptionServices;
using LiftPlus.Backbones;
using LiftPlus.Data;
using LiftPlus.Onnx;
using LiftPlus.Optimization;
using LiftPlus.Serving;
using LiftPlus.TestSupport;
using LiftPlus.Weights;
using Microsoft.Extensions.DependencyInjection;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Tests.Models;

/// <summary>Calls every public member of every disposable class after it is disposed.</summary>
public sealed class DisposableTests : IDisposable
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly Assembly[] s_assemblies =
    [
        typeof(LibTorch).Assembly,
        typeof(LoraOptions).Assembly,
        typeof(ImageDataset).Assembly,
        typeof(IImageClassifier).Assembly,
        typeof(FineTunedModel).Assembly,
    ];

    // What describes an object and needs none of its memory.
    private static readonly Dictionary<Type, string[]> s_descriptions = new()
    {
        [typeof(RgbImage)] = ["get_Width", "get_Height"],
        [typeof(ImageBatch)] = ["get_Indices", "get_Count"],
        [typeof(BatchLoader)] = ["get_BatchCount", "get_Skipped", "get_WaitTime"], // what it has done
        [typeof(WeightSource)] = ["get_Path", "get_Format", "get_Tensors"], // read when the file was opened
        [typeof(Safetensors)] = ["get_Format", "get_Tensors", "get_Metadata"],
        [typeof(ServedImageClassifier)] = ["get_State"], // says that it has stopped
        [typeof(OnnxGraph)] = ["get_Opset"],
    };

    private static readonly Dictionary<Type, Func<DisposableTests, object>> s_create = new()
    {
        [typeof(FineTunedModel)] = _ => Train(),
        [typeof(ImageClassifier)] = _ => Train(),
        [typeof(ImageClassifierBase)] = _ => Train(),
        [typeof(DebiasedEnsemble)] = test => test.Ensemble(),
        [typeof(ZeroShotClassifier)] = test => new ZeroShotClassifier(test.Clip(), TestWorld.Dataset(1, 1, 1).Classes),
        [typeof(Backbone)] = test => test.Clip(),
        [typeof(Optimizer)] = _ => new SgdOptions().CreateOptimizer([]),
        [typeof(ImageBatch)] = _ => new ImageBatch(zeros(1, 3, 2, 2), zeros(1, dtype: ScalarType.Int64), [0]),
        [typeof(RgbImage)] = _ => RgbImage.Create(2, 2),
        [typeof(BatchLoader)] = _ => Loader(),
        [typeof(WeightSource)] = test => Safetensors.Open(test.TensorFile()),
        [typeof(Safetensors)] = test => Safetensors.Open(test.TensorFile()),
        [typeof(ServedImageClassifier)] = test => test.Served(),
        [typeof(OnnxGraph)] = _ => new OnnxGraph(18, OnnxWeights.Float32),
    };

    private readonly TemporaryFolder _folder = new();
    private FineTunedModel? _ofEnsemble;

    public void Dispose()
    {
        _ofEnsemble?.Dispose();
        _folder.Dispose();
    }

    // Modules that TorchSharp calls are parts of a backbone or a model, which own them; it says itself that their tensors are gone.
    public static TheoryData<string> Types() =>
        [
            .. s_assemblies
                .SelectMany(assembly => assembly.GetExportedTypes())
                .Where(type =>
                    type.IsClass && (typeof(IDisposable).IsAssignableFrom(type) || typeof(IAsyncDisposable).IsAssignableFrom(type))
                )
                .Where(type => !typeof(nn.Module).IsAssignableFrom(type) || type == typeof(Backbone))
                .Append(typeof(ServedImageClassifier))
                .Select(type => type.FullName!),
        ];

    [Theory]
    [MemberData(nameof(Types))]
    public async Task EveryMember_AfterDispose_Throws(string name)
    {
        Type type = s_assemblies.Select(assembly => assembly.GetType(name)).First(found => found is not null)!;
        Assert.True(s_create.ContainsKey(type), $"{name} is disposable: say in this test how it is created.");
        List<string> wrong = [];
        foreach (MethodInfo method in type.GetMethods(Declared).Where(method => IsUse(type, method)))
        {
            object disposed = s_create[type](this);
            (disposed as IDisposable)?.Dispose();
            (disposed as IDisposable)?.Dispose(); // a second time does nothing
            Exception? thrown = await Record.ExceptionAsync(() => CallAsync(disposed, method));
            if (thrown is not ObjectDisposedException)
                wrong.Add($"{method}: {thrown?.ToString() ?? "nothing is thrown"}");
        }

        Assert.Empty(wrong);
    }

    // Reflection cannot call what returns a span.
    [Fact]
    public void TheRowsOfADisposedImage_AreGone()
    {
        RgbImage image = RgbImage.Create(2, 2);
        image.Dispose();
        Assert.Throws<ObjectDisposedException>(() => image.Row(0).Clear());
    }

    private static bool IsUse(Type type, MethodInfo method) =>
        !method.ReturnType.IsByRefLike
        && method.Name is not ("Dispose" or "DisposeAsync")
        && !method.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(System.Runtime.CompilerServices.IsExternalInit))
        && !s_descriptions.GetValueOrDefault(type, []).Contains(method.Name);

    private async Task CallAsync(object owner, MethodInfo method)
    {
        object? result;
        try
        {
            result = method.Invoke(owner, [.. method.GetParameters().Select(Argument)]);
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
        else if (result is IEnumerable<ImageBatch> batches)
            _ = batches.Count();
    }

    private object? Argument(ParameterInfo parameter) =>
        parameter.ParameterType switch
        {
            Type type when type == typeof(string) => _folder["new"],
            Type type when type == typeof(ImageSource) => (ImageSource)TestWorld.Png(0),
            Type type when type == typeof(ImageDataset) => TestWorld.Dataset(2, 2, 2),
            Type type when type == typeof(InferenceOptions) => new InferenceOptions(),
            Type type when type == typeof(Tensor) => zeros(1, 3, 16, 16),
            Type type when type == typeof(PixelBox) => new PixelBox(0, 0, 1, 1),
            Type type when type == typeof(IReadOnlyDictionary<string, Tensor>) => new Dictionary<string, Tensor>(),
            Type type when type == typeof(IAsyncEnumerable<string>) => AsyncEnumerable.Empty<string>(),
            Type type when type == typeof(IAsyncEnumerable<byte[]>) => AsyncEnumerable.Empty<byte[]>(),
            Type type when type == typeof(IAsyncEnumerable<ImageSource>) => AsyncEnumerable.Empty<ImageSource>(),
            { IsGenericType: true } type when type.GetGenericTypeDefinition() == typeof(IEnumerable<>) => Array.CreateInstance(
                type.GenericTypeArguments[0],
                0
            ),
            Type type when type == typeof(int) => 1,
            { IsValueType: true } type => Activator.CreateInstance(type),
            _ => null,
        };

    private static FineTunedModel Train() => TestWorld.Builder().AddLora().UseEpochs(1).Build().Fit(TestWorld.Dataset(2, 2, 2));

    private Backbone Clip() => Backbone.Load(Repository.PathOf("samples", "assets", "tiny-clip"));

    private DebiasedEnsemble Ensemble()
    {
        ImageDataset images = TestWorld.Dataset(2, 2, 2);
        string clip = Repository.PathOf("samples", "assets", "tiny-clip");
        _ofEnsemble ??= LongTailFineTuner.CreateBuilder().UseBackbone(clip).UseEpochs(1).Build().Fit(images);
        return DebiasedEnsemble.Create(_ofEnsemble, images);
    }

    private static BatchLoader Loader() =>
        new(
            TestWorld.Dataset(2, 2, 2),
            TransformPipeline.Evaluation(16, expand: 0),
            new PixelNormalizer([0.5f, 0.5f, 0.5f], [0.5f, 0.5f, 0.5f]),
            new SequentialSampler()
        );

    private string TensorFile()
    {
        string file = _folder["file.safetensors"];
        if (!File.Exists(file))
            Safetensors.Write(file, new Dictionary<string, Tensor> { ["a"] = zeros(2) });
        return file;
    }

    private ServedImageClassifier Served()
    {
        if (!Directory.Exists(_folder["model"]))
        {
            using FineTunedModel model = Train();
            model.Save(_folder["model"]);
        }

        var services = new ServiceCollection();
        services.AddLogging();
        services.AddImageClassifier(options =>
        {
            options.Model = _folder["model"];
            options.CreateBackbone = TestWorld.CreateBackbone;
            options.Device = "cpu";
        });
        var served = (ServedImageClassifier)services.BuildServiceProvider().GetRequiredService<IImageClassifier>();
        ((IImageClassifier)served).Predict(TestWorld.Png(0));
        return served;
    }
}
