using System.Linq.Expressions;
using System.Reflection;
using LiftPlus.Backbones;
using LiftPlus.Data;
using LiftPlus.Weights;
using Microsoft.Extensions.DependencyInjection;

namespace LiftPlus.Entrances;

/// <summary>Makes arguments and owners of members from the files of a folder, as far as that is possible without libtorch.</summary>
internal sealed class Samples(string folder)
{
    private const int MaxDepth = 6;

    // Texts by the member that takes them and the parameter's name. No member may write where another reads.
    private readonly Dictionary<string, string> _texts = new()
    {
        ["FineTunedModel.Load.folder"] = Path.Combine(folder, "model"),
        ["FineTunedModel.LoadAsync.folder"] = Path.Combine(folder, "model"),
        ["ZeroShotClassifier.Load.backbone"] = Path.Combine(folder, "backbone"),
        ["Backbone.Load.path"] = Path.Combine(folder, "backbone"),
        ["LongTailFineTunerBuilder.UseBackbone.path"] = Path.Combine(folder, "backbone"),
        ["ImportedModel.FromPeft.folder"] = Path.Combine(folder, "peft"),
        ["ImportedModel.FromReference.checkpoint"] = Path.Combine(folder, "checkpoint.pth.tar"),
        ["WeightFile.Open.path"] = Path.Combine(folder, "checkpoint.pth.tar"),
        ["Safetensors.Open.path"] = Path.Combine(folder, "model", "adapter.safetensors"),
        ["ImageSource.FromFile.path"] = Path.Combine(folder, "image.png"),
        ["WeightSource.Read.name"] = "classifier.weight",
        ["LongTailFineTunerBuilder.UseDevice.device"] = "cpu",
    };

    private int _depth;

    /// <summary>Makes an argument.</summary>
    public object? Make(ParameterInfo parameter, MethodBase method)
    {
        Type type = parameter.ParameterType;
        if (type == typeof(string))
            return _texts.GetValueOrDefault($"{method.DeclaringType!.Name}.{method.Name}.{parameter.Name}")
                ?? Path.Combine(folder, "new", "file");
        return parameter.HasDefaultValue && !type.IsValueType ? null : Make(type);
    }

    /// <summary>Makes a value of a type.</summary>
    public object? Make(Type type)
    {
        bool isTheirs = type.Namespace?.StartsWith("TorchSharp", StringComparison.Ordinal) == true;
        if (isTheirs || (type.ContainsGenericParameters && !type.IsGenericParameter))
            throw new UnreachableException($"{type.Name} is made by TorchSharp");
        if (_depth == MaxDepth)
            throw new UnreachableException($"{type.Name} is too deep");
        _depth++;
        try
        {
            return Known(type) ?? Built(type);
        }
        finally
        {
            _depth--;
        }
    }

    private object? Known(Type type) =>
        type switch
        {
            _ when type == typeof(string) || type.IsGenericParameter || type == typeof(object) => "text",
            _ when type == typeof(int) => 1,
            _ when type == typeof(long) => 1L,
            _ when type == typeof(double) => 0.5,
            _ when type == typeof(float) => 0.5f,
            _ when type == typeof(Type) => typeof(string),
            _ when type == typeof(Stream) => new MemoryStream([1, 2, 3]),
            _ when type == typeof(ImageDataset) => Dataset(),
            _ when type == typeof(ClassDistribution) => Dataset().Classes,
            _ when type == typeof(RgbImage) => RgbImage.Create(2, 2),
            _ when type == typeof(ImageSource) => ImageSource.FromFile(Path.Combine(folder, "image.png")),
            _ when type == typeof(PixelNormalizer) => new PixelNormalizer([0.5f, 0.5f, 0.5f], [0.5f, 0.5f, 0.5f]),
            _ when type == typeof(IAsyncEnumerable<ImageSource>) => AsyncEnumerable.Repeat(
                ImageSource.FromFile(Path.Combine(folder, "image.png")),
                1
            ),
            _ when type == typeof(IAsyncEnumerable<byte[]>) => AsyncEnumerable.Repeat<byte[]>([1, 2, 3], 1),
            _ when type == typeof(IAsyncEnumerable<string>) => AsyncEnumerable.Repeat(Path.Combine(folder, "image.png"), 1),
            _ when type == typeof(WeightSource) || type == typeof(Safetensors) => Safetensors.Open(
                Path.Combine(folder, "model", "adapter.safetensors")
            ),
            _ when type == typeof(ImageEncoderConfig) => KnownBackbones.All[0].Image,
            _ when type == typeof(BackboneConfig) => KnownBackbones.All[0],
            _ when typeof(IImageClassifier).IsAssignableFrom(type) && type.IsInterface => Served(),
            _ when type == typeof(LongTailFineTunerBuilder) => Builder(),
            _ when type == typeof(LongTailFineTuner) => Builder().UseCheckpoints(Path.Combine(folder, "run")).Build(),
            _ when type == typeof(FineTuningRecipe) => new FineTuningRecipe { Backbone = Path.Combine(folder, "backbone") },
            _ when type == typeof(ModelLoadOptions) => new ModelLoadOptions { Device = "cpu" },
            _ when type.IsArray => Array.CreateInstance(type.GetElementType()!, 0),
            _ when type.IsValueType => Activator.CreateInstance(type),
            _ => null,
        };

    private object? Built(Type type)
    {
        if (typeof(Delegate).IsAssignableFrom(type))
            return Function(type);
        if (
            type.IsGenericType
            && type.IsInterface
            && type.GenericTypeArguments.Length == 1
            && type.IsAssignableFrom(type.GenericTypeArguments[0].MakeArrayType())
        )
            return Array.CreateInstance(type.GenericTypeArguments[0], 0);
        Type? made = type.IsAbstract
            ? type
                .Assembly.GetTypes()
                .Where(other => !other.IsAbstract && !other.ContainsGenericParameters && type.IsAssignableFrom(other))
                .MinBy(Cost)
            : type;
        ConstructorInfo? constructor = made?.GetConstructors().MinBy(one => one.GetParameters().Length);
        if (constructor is null)
            throw new UnreachableException($"{type.Name} has no public constructor");
        return constructor.Invoke([.. constructor.GetParameters().Select(parameter => Make(parameter, constructor))]);

        static int Cost(Type candidate) => candidate.GetConstructors().Select(one => one.GetParameters().Length).DefaultIfEmpty(99).Min();
    }

    // A function that returns its first argument of the right type, or else nothing.
    private static Delegate Function(Type type)
    {
        MethodInfo invoke = type.GetMethod("Invoke")!;
        ParameterExpression[] parameters = [.. invoke.GetParameters().Select(p => Expression.Parameter(p.ParameterType))];
        Expression body =
            invoke.ReturnType == typeof(void)
                ? Expression.Empty()
                : parameters.FirstOrDefault(p => p.Type == invoke.ReturnType) ?? (Expression)Expression.Default(invoke.ReturnType);
        return Expression.Lambda(type, body, parameters).Compile();
    }

    private static ImageDataset Dataset() =>
        ImageDataset.FromImages([(RgbImage.Create(20, 20), 0), (RgbImage.Create(20, 20), 1)], ["cat", "dog"]);

    private IServedImageClassifier Served()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddImageClassifier(Path.Combine(folder, "model"));
        return services.BuildServiceProvider().GetRequiredService<IServedImageClassifier>();
    }

    private LongTailFineTunerBuilder Builder() =>
        LongTailFineTuner.CreateBuilder().UseBackbone(Path.Combine(folder, "backbone")).UseDevice("cpu");
}
