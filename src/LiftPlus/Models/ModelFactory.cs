using System.Collections.Immutable;
using LiftPlus.Backbones;
using LiftPlus.Backbones.Loading;
using LiftPlus.Classifiers;
using LiftPlus.Hub;
using LiftPlus.Messages;
using LiftPlus.Peft;
using LiftPlus.Recipe;
using LiftPlus.Texts;
using LiftPlus.Validation;
using LiftPlus.Weights;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;
using static TorchSharp.torch;

namespace LiftPlus.Models;

/// <summary>Makes models, in the same way for training, for loading a model folder and for importing what other programs trained.</summary>
internal static class ModelFactory
{
    private const int ListedNames = 10;
    private const long MostTexts = 2_000_000,
        MostTextLength = 1 << 28; // characters of all texts together

    /// <summary>
    /// Reads the backbone, attaches the recipe's methods and classifier, and calls <see cref="SavedValues.Fill"/>, if there is one. A run
    /// that resumes copies the values of its checkpoint itself, together with the optimizer's.
    /// </summary>
    /// <param name="recipe">The parts, already validated. The model's recipe names where the backbone was found.</param>
    /// <param name="classes">The classes in label order.</param>
    /// <param name="options">Where the backbone comes from and where to compute; without a backbone the recipe's is read.</param>
    /// <param name="saved">The trained values; null for a new run.</param>
    /// <param name="logger">Receives what was found.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <param name="ask">Called with the backbone on its device, in float32, before anything is attached; null for nothing.</param>
    /// <exception cref="LiftPlusException">The backbone or the values cannot be read or do not fit.</exception>
    public static FineTunedModel Create(
        FineTuningRecipe recipe,
        ClassDistribution classes,
        ModelLoadOptions options,
        SavedValues? saved,
        ILogger logger,
        CancellationToken cancellationToken,
        Action<Backbone>? ask = null
    )
    {
        OptionsValidator.ThrowIfInvalid(options);
        Device device = DeviceName.Resolve(options.Device);
        Backbone backbone;
        string? path,
            read;
        (backbone, path, read, recipe) = LoadBackbone(recipe, options, saved, ask is null, logger, cancellationToken);
        Classifier? classifier = null;
        try
        {
            string sha256 = read ?? WeightsHash.Compute(backbone);
            var identity = BackboneIdentity.From(backbone, sha256);
            ImmutableArray<string> remarks = [.. saved?.CheckBackbone?.Invoke(backbone, identity) ?? []];
            backbone.AddRemarks(remarks);
            if (backbone.Origin is BackboneOrigin origin)
                ModelLog.Found(logger, backbone.Config.Name, origin);
            foreach (string remark in backbone.Origin?.Remarks ?? remarks)
                ModelLog.Remarked(logger, remark);
            int sizedFor = saved?.SizedFor ?? classes.ClassCount;
            backbone.to(device);
            ask?.Invoke(backbone);
            Precision precision = MixedPrecision.Choose(recipe.Training.Precision, backbone, logger);
            classifier = Attach(recipe, precision, backbone, classes.Names, sizedFor, device, saved);
            if (saved?.Fill is not null)
                recipe = recipe with { Peft = [.. saved.Fill(backbone, classifier)] };

            var model = new FineTunedModel(recipe, backbone, identity, classifier, classes, options.Decoder)
            {
                BackbonePath = path,
                VocabularyPath = SavedPath.Full(recipe.BackboneOptions.VocabularyFolder),
                SizedFor = sizedFor,
                Precision = precision,
            };
            SharedWeights.Join(backbone, sha256);
            ModelLog.Built(logger, backbone.Config.Name, model.TrainedParameterCount, model.ParameterCount);
            return model;
        }
        catch
        {
            classifier?.Dispose();
            backbone.Dispose();
            throw;
        }
    }

    // The recipe remembers which commit of a repository it was; the full path is that of a folder or file that was named. Weights that are
    // stored in bfloat16 are read into it, unless float32 is needed first; the hash is then that of the values in the files.
    private static (Backbone Backbone, string? Path, string? Sha256, FineTuningRecipe Recipe) LoadBackbone(
        FineTuningRecipe recipe,
        ModelLoadOptions options,
        SavedValues? saved,
        bool mayBeNarrow,
        ILogger logger,
        CancellationToken cancellationToken
    )
    {
        if (options.HasBackbone && options.CreateBackbone is not null)
            return (Checked(options.CreateBackbone()), null, null, recipe);
        BackboneSource source =
            options.Backbone is null && saved?.Places is SavedPlaces places
                ? places.FindBackbone(options, logger, cancellationToken)
                : options.FindBackbone(options.Backbone ?? recipe.Backbone!, logger, cancellationToken);
        BackboneLoadOptions found = saved?.Places?.BackboneOptions() ?? recipe.BackboneOptions;
        string? sha256 = null;
        Backbone backbone = Backbone.LoadAs(source.Path, found, Narrow);
        if (saved?.Preprocess is PreprocessConfig trained && ResizingAs(trained, backbone, found) is var asked && asked != found)
        {
            backbone.Dispose();
            found = asked;
            backbone = Backbone.LoadAs(source.Path, found, Narrow);
        }

        return (
            backbone,
            source.IsRepository ? null : Path.GetFullPath(source.Path),
            sha256,
            recipe with
            {
                Backbone = source.Name,
                BackboneOptions = found,
            }
        );

        void Narrow(Backbone empty, BackboneReader files)
        {
            if (!mayBeNarrow || MixedPrecision.Choose(recipe.Training.Precision, empty, NullLogger.Instance) != Precision.BFloat16)
                return;
            sha256 = WeightsHash.Compute(files);
            empty.SetTypeOfImageWeights(bfloat16);
        }
    }

    // A model sees images as in its training, also where this version follows a description that an earlier one did not.
    private static BackboneLoadOptions ResizingAs(PreprocessConfig trained, Backbone backbone, BackboneLoadOptions options)
    {
        PreprocessConfig now = backbone.Config.Preprocess;
        return options with
        {
            SquashImages = now.Squash == trained.Squash ? options.SquashImages : trained.Squash,
            ResizeFilter = now.Filter == trained.Filter ? options.ResizeFilter : trained.Filter,
        };
    }

    // What comes from a file is checked when it is read.
    private static Backbone Checked(Backbone backbone)
    {
        FiniteValues finite = new();
        foreach ((string name, Tensor values) in backbone.state_dict())
            finite.Add(name, values);
        if (finite.Problem is not string problem)
            return backbone;
        backbone.Dispose();
        throw new LiftPlusException($"The backbone that was made in code cannot be used: {problem} Set every parameter before it is used.");
    }

    /// <summary>
    /// Moves the frozen backbone to its type, attaches the methods and creates the classifier, with initial values drawn in a
    /// fixed order.
    /// </summary>
    /// <param name="recipe">The parts.</param>
    /// <param name="precision">The arithmetic of the frozen part.</param>
    /// <param name="backbone">The untouched backbone.</param>
    /// <param name="classNames">Class names in label order.</param>
    /// <param name="sizedFor">The number of classes that automatic sizes of methods follow from.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="saved">The trained tensors to be filled in afterwards; null for a new run.</param>
    private static Classifier Attach(
        FineTuningRecipe recipe,
        Precision precision,
        Backbone backbone,
        IReadOnlyList<string> classNames,
        int sizedFor,
        Device device,
        SavedValues? saved
    )
    {
        MixedPrecision.Store(backbone, precision, device);
        backbone.Freeze();
        using var random = new Generator((ulong)recipe.Training.Seed);
        var context = new PeftContext(backbone, sizedFor, random) { Saved = saved?.Source };
        foreach (PeftOptions peft in recipe.Peft)
            peft.Apply(context);
        ImmutableArray<int> rowCounts = saved?.RowCounts ?? [];
        long width = backbone.Image.FeatureDimension;
        if (recipe.Classifier.HasWeight && saved?.HasClassifier != false)
            context.Reserve(recipe.Classifier.Type, Math.Max(classNames.Count, rowCounts.Sum(rows => (long)rows)) * width);
        Classifier classifier = recipe.Classifier.CreateClassifier(
            new ClassifierContext(width, classNames.Count, random)
            {
                Backbone = backbone,
                ClassTexts = ClassTexts(recipe, classNames),
                ClassNames = classNames,
                RowCounts = rowCounts,
            }
        );
        classifier.to(device);
        return classifier;
    }

    /// <summary>
    /// Returns the texts of each class: its descriptions, or its name in every template. Learned context has its own template.
    /// </summary>
    /// <exception cref="LiftPlusException">There are descriptions of classes that the data does not contain.</exception>
    public static IReadOnlyList<IReadOnlyList<string>> ClassTexts(FineTuningRecipe recipe, IReadOnlyList<string> classNames)
    {
        var descriptions = recipe.ClassDescriptions.ToDictionary(entry => ClassName.Key(entry.Key), entry => entry.Value);

        HashSet<string> keys = [.. classNames.Select(ClassName.Key)];
        string[] unknown = [.. recipe.ClassDescriptions.Keys.Where(name => !keys.Contains(ClassName.Key(name)))];
        if (unknown.Length > 0)
        {
            throw new LiftPlusException(
                $"ClassDescriptions: the data does not contain {string.Join(", ", unknown.Select(name => $"'{name}'"))}; "
                    + $"the classes are {MessageText.First(classNames, ListedNames)}."
            );
        }

        string? learned = recipe.Peft.Select(peft => peft.PromptTemplate).FirstOrDefault(template => template is not null);
        IReadOnlyList<string> templates = learned is null ? recipe.PromptTemplates : [learned];
        long texts = (long)classNames.Count * templates.Count,
            length =
                classNames.Sum(name => (long)name.Length) * templates.Count + templates.Sum(text => (long)text.Length) * classNames.Count;
        if (texts > MostTexts || length > MostTextLength)
        {
            throw new LiftPlusException(
                $"PromptTemplates: {templates.Count:N0} templates for {classNames.Count:N0} classes are {texts:N0} texts of {length:N0} "
                    + $"characters; at most {MostTexts:N0} texts of {MostTextLength:N0} characters are encoded. Use fewer templates."
            );
        }

        return
        [
            .. classNames.Select(name =>
                descriptions.TryGetValue(ClassName.Key(name), out ImmutableArray<string> own) ? own : PromptTemplates.Fill(templates, name)
            ),
        ];
    }
}
