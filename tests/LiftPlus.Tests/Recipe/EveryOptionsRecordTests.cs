using System.ComponentModel.DataAnnotations;
using System.Reflection;
using LiftPlus.Data;

namespace LiftPlus.Tests.Recipe;

/// <summary>Walks the public options records: each goes through the one check of <see cref="LongTailFineTunerBuilder.Build"/>.</summary>
public sealed class EveryOptionsRecordTests
{
    // Records that no recipe holds. They are checked where they are used.
    private static readonly Type[] s_elsewhere =
    [
        typeof(BatchLoaderOptions), // BatchLoaderTests
        typeof(DatasetReadOptions), // FolderTests
        typeof(FeatureDiagnosticOptions), // FeatureDiagnosticTests
        typeof(ImageClassifierOptions), // ServedClassifierTests
        typeof(LabelAuditOptions), // ModelLabelTests
        typeof(LongTailFineTunerOptions), // FineTunerServicesTests
        typeof(MixOptions), // ModelPolicyTests
        typeof(ModelLoadOptions), // WhatLoadsAModelIsCheckedThere, ModelLoadOptionsTests
        typeof(OnnxExportOptions), // OnnxFormTests
        typeof(PredictionOptions), // PredictionTests
        typeof(SweepOptions), // SweepTests
        typeof(ModelSaveOptions), // IncludedBackboneTests
        typeof(DatasetReadOptions), // FolderTests, ListTests
    ];

    private static IEnumerable<Type> Records =>
        new[] { typeof(PeftOptions), typeof(AdaptFormerOptions), typeof(SamplerOptions), typeof(FineTuningRecipe) }
            .SelectMany(type => type.Assembly.GetExportedTypes())
            .Where(type => type is { IsSealed: true, IsAbstract: false } && type.GetMethod("<Clone>$") is not null)
            .Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal) || type == typeof(ParameterGroup))
            .Except(s_elsewhere);

    public static TheoryData<string, string, string> WrongValues
    {
        get
        {
            var rows = new TheoryData<string, string, string>();
            foreach (Type record in Records)
            {
                foreach ((PropertyInfo setting, string what) in Settings(record))
                    rows.Add(record.Name, setting.Name, what);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(WrongValues))]
    public void AWrongValueIsRejectedByItsPath(string record, string setting, string what)
    {
        Type type = Records.Single(type => type.Name == record);
        PropertyInfo property = type.GetProperty(setting)!;
        object options = Activator.CreateInstance(type)!;
        property.SetValue(options, Wrong(property, what));
        IReadOnlyList<string> errors = Assert.Throws<RecipeException>(With(options).Build).Errors;
        Assert.Contains(errors, error => error.Split(": ")[0].EndsWith($".{setting}", StringComparison.Ordinal));
    }

    [Fact]
    public void EveryKindIsInTheWalk()
    {
        Assert.All(
            typeof(FineTuningRecipe)
                .Assembly.GetExportedTypes()
                .Concat(typeof(PeftOptions).Assembly.GetExportedTypes())
                .Concat(typeof(SamplerOptions).Assembly.GetExportedTypes())
                .Where(type => type.BaseType == typeof(ComponentOptions)),
            kind => Assert.Contains(Records, kind.IsAssignableFrom)
        );
        Assert.True(WrongValues.Count > 60, $"{WrongValues.Count} values were tried.");
    }

    [Fact]
    public void EveryRecordIsSoundByDefault() => Assert.All(Records, record =>
        {
            object options = Activator.CreateInstance(record)!;
            LongTailFineTunerBuilder builder = With(options);
            if (options is CoOpOptions or ClipAdapterOptions or ProjectionTuningOptions)
                builder.UseTextClassifier();
            builder.Build();
        });

    [Fact]
    public void WhatLoadsAModelIsCheckedThere()
    {
        using TestSupport.TemporaryFolder folder = new();
        using (FineTunedModel model = TestWorld.Builder().UseEpochs(1).Build().Fit(TestWorld.Dataset(4, 2, 2)))
            model.Save(folder["model"]);
        var options = new ModelLoadOptions
        {
            CreateBackbone = TestWorld.CreateBackbone,
            Device = "tpu",
            Hub = new HubOptions { CacheFolder = " " },
        };
        string message = Assert.Throws<LiftPlusException>(() => FineTunedModel.Load(folder["model"], options)).Message;
        Assert.Contains("ModelLoadOptions.Device: the value is tpu.", message);
        Assert.Contains("ModelLoadOptions.Hub.CacheFolder: the value is  .", message);
    }

    [Fact]
    public void OwnRulesOfAComponentAreAskedWhenItsValuesAreSound()
    {
        var nesterov = new SgdOptions { Momentum = 0, Nesterov = true };
        Assert.StartsWith(
            "Training.Optimizer (sgd): SGD's Nesterov is on",
            Assert.Single(Assert.Throws<RecipeException>(With(nesterov).Build).Errors)
        );
        IReadOnlyList<string> errors = Assert
            .Throws<RecipeException>(With(new SgdOptions { Momentum = -3, WeightDecay = double.NaN }).Build)
            .Errors;
        Assert.Equal("Training.Optimizer.WeightDecay: the value is NaN. Give a number.", Assert.Single(errors));
        var hub = new HubOptions { Endpoint = new Uri("ftp://x") };
        Assert.StartsWith("Hub.Endpoint: the value is ftp://x/.", Assert.Single(Assert.Throws<RecipeException>(With(hub).Build).Errors));
    }

    // A record joins here together with the builder's method that takes it.
    private static LongTailFineTunerBuilder With(object options)
    {
        LongTailFineTunerBuilder builder = LongTailFineTuner.CreateBuilder().UseBackbone("somewhere");
        return options switch
        {
            PeftOptions peft => builder.AddPeft(peft),
            ClassifierOptions classifier => builder.UseClassifier(classifier),
            LossOptions loss => builder.UseLoss(loss),
            OptimizerOptions optimizer => builder.UseOptimizer(optimizer),
            SamplerOptions sampler => builder.UseSampler(sampler),
            AugmentationOptions augmentation => builder.UseAugmentation(augmentation),
            TrainingOptions training => builder.UseTraining(_ => training),
            EarlyStoppingOptions stopping => builder.UseEarlyStopping(stopping),
            ValidationOptions validation => builder.UseTraining(training => training with { Validation = validation }),
            SharpnessOptions sharpness => builder.UseSharpness(sharpness),
            ParameterGroup group => builder.UseTraining(training => training with { ParameterGroups = [group] }),
            InferenceOptions inference => builder.UseInference(_ => inference),
            BackboneLoadOptions backbone => builder.UseBackbone("somewhere", backbone),
            CheckpointOptions checkpoints => builder.UseCheckpoints("somewhere", checkpoints),
            ImageCacheOptions cache => builder.UseImageCache(cache),
            HubOptions hub => builder.UseHub(hub),
            _ => throw new InvalidOperationException($"{options.GetType()} reaches Build() by no method that this test knows."),
        };
    }

    private static IEnumerable<(PropertyInfo Setting, string What)> Settings(Type record)
    {
        foreach (PropertyInfo setting in record.GetProperties().Where(property => property.CanWrite))
        {
            Type type = Nullable.GetUnderlyingType(setting.PropertyType) ?? setting.PropertyType;
            if (type.IsEnum)
                yield return (setting, "undefined");
            if (type == typeof(double))
                yield return (setting, "NaN");
            if (setting.GetCustomAttribute<RangeAttribute>() is not null)
                yield return (setting, "below its range");
            if (new NullabilityInfoContext().Create(setting).WriteState == NullabilityState.NotNull && !type.IsValueType)
                yield return (setting, "null");
        }
    }

    private static object? Wrong(PropertyInfo setting, string what)
    {
        Type type = Nullable.GetUnderlyingType(setting.PropertyType) ?? setting.PropertyType;
        return what switch
        {
            "undefined" => Enum.ToObject(type, 1 << 30),
            "NaN" => double.NaN,
            "null" => null,
            _ when type == typeof(TimeSpan) => TimeSpan.FromDays(-1),
            _ => Convert.ChangeType(-1, type, System.Globalization.CultureInfo.InvariantCulture),
        };
    }
}
