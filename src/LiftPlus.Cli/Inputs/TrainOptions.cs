using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace LiftPlus.Cli.Inputs;

/// <summary>Holds the options that say how a model is trained. What is not given keeps the value of the recipe.</summary>
internal sealed class TrainOptions
{
    private readonly Option<string?> _backbone = new("--backbone")
    {
        Description = "A Hugging Face folder or hub id such as openai/clip-vit-base-patch16, or a weight file.",
        HelpName = "PLACE",
    };

    private readonly Option<string?> _preset = new("--preset")
    {
        Description = $"The published recipe to start from: {string.Join(", ", Presets.All.Keys)}. [default: LIFT+ with one crop]",
        HelpName = "NAME",
    };

    private readonly Option<string?> _recipe = new("--recipe")
    {
        Description = "A recipe in JSON to start from, or the recipe.json of another model.",
        HelpName = "FILE",
    };

    private readonly Option<string[]> _settings = new("--set")
    {
        Description = "Changes any setting of the recipe: Training.WarmupSteps=100, Peft.0.Dimension=8. Repeatable.",
        HelpName = "PATH=VALUE",
    };

    private readonly Option<int?> _epochs = new("--epochs") { Description = "Passes over the training images.", HelpName = "N" };
    private readonly Option<TimeSpan?> _timeLimit = new("--time-limit")
    {
        Description = "The time that training may take, such as 90m or 2h. The schedule is fitted to it.",
        HelpName = "TIME",
        CustomParser = Duration.Parse,
    };

    private readonly Option<int?> _batchSize = new("--batch-size") { Description = "Images per step.", HelpName = "N" };
    private readonly Option<int?> _accumulate = new("--accumulate")
    {
        Description = "Parts that a batch is computed in; more of them need less memory.",
        HelpName = "N",
    };

    private readonly Option<double?> _learningRate = new("--learning-rate") { Description = "The first learning rate.", HelpName = "RATE" };
    private readonly Option<int?> _seed = new("--seed")
    {
        Description = "The seed of initial values, image order and augmentation.",
        HelpName = "N",
    };
    private readonly Option<Precision?> _precision = new("--precision") { Description = "The arithmetic of the frozen weights." };
    private readonly Option<UnreadablePolicy?> _unreadable = new("--unreadable")
    {
        Description = "What happens when an image cannot be read.",
    };

    private readonly Option<bool> _ensemble = new("--tte") { Description = "Classifies from five crops (test-time ensembling)." };
    private readonly Option<string> _device = ModelOptions.CreateDevice();
    private readonly Option<string?> _metrics = new("--metrics")
    {
        Description = "A file for the progress as JSON lines, which 'liftplus report' draws.",
        HelpName = "FILE",
    };

    /// <summary>Gets the option of the folder for checkpoints.</summary>
    public Option<string?> Checkpoints { get; } =
        new("--checkpoints")
        {
            Description = "A folder for checkpoints. The same command continues an interrupted run from there.",
            HelpName = "FOLDER",
        };

    /// <summary>Gets the option of validation: a share of every class, or a place.</summary>
    public Option<string?> Validation { get; } =
        new("--validation")
        {
            Description = "Images to choose the best epoch by: a share of every class to hold out, such as 0.1, or a place.",
            HelpName = "SHARE|PLACE",
        };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        Option[] options =
        [
            _backbone,
            _preset,
            _recipe,
            _settings,
            Validation,
            _epochs,
            _timeLimit,
            _batchSize,
            _accumulate,
            _learningRate,
            _seed,
            _precision,
            _unreadable,
            _ensemble,
            _device,
            Checkpoints,
            _metrics,
        ];
        foreach (Option option in options)
            command.Add(option);
        _preset.CompletionSources.Add([.. Presets.All.Keys]);
        command.Validators.Add(Validate);
    }

    /// <summary>Returns the place of validation images; null if there is none.</summary>
    public string? ValidationPlace(ParseResult parsed) => Share(parsed) is null ? parsed.GetValue(Validation) : null;

    /// <summary>Creates the fine-tuner.</summary>
    /// <exception cref="LiftPlusException">The recipe or a setting cannot be used.</exception>
    public LongTailFineTuner CreateTuner(ParseResult parsed, ILogger logger)
    {
        LongTailFineTunerBuilder builder = LongTailFineTuner
            .CreateBuilder()
            .UseRecipe(RecipeSettings.Set(Start(parsed), parsed.GetValue(_settings) ?? []))
            .UseTraining(training => Change(parsed, training))
            .UseDevice(parsed.GetValue(_device)!)
            .UseLogger(logger);
        if (parsed.GetValue(_backbone) is string backbone)
            builder.UseBackbone(backbone);
        if (Share(parsed) is double share)
            builder.UseValidation(share);
        if (parsed.GetValue(_ensemble))
            builder.UseTestTimeEnsemble();
        if (parsed.GetValue(_unreadable) is UnreadablePolicy unreadable)
            builder.UseInference(inference => inference with { Unreadable = unreadable });
        if (parsed.GetValue(Checkpoints) is string folder)
            builder.UseCheckpoints(folder);
        if (parsed.GetValue(_metrics) is string metrics)
            builder.AddMetricsFile(metrics);
        return builder.Build();
    }

    private void Validate(CommandResult result)
    {
        bool hasRecipe = result.GetValue(_recipe) is not null;
        if (hasRecipe && result.GetValue(_preset) is not null)
            result.AddError("--preset and --recipe are both given: give one, or write \"Preset\" into the recipe.");
        if (!hasRecipe && result.GetValue(_backbone) is null)
            result.AddError("--backbone is missing: give a Hugging Face folder or id, such as openai/clip-vit-base-patch16.");
    }

    private FineTuningRecipe Start(ParseResult parsed)
    {
        if (parsed.GetValue(_preset) is string preset)
            return Presets.Find(preset);
        return parsed.GetValue(_recipe) is string file ? RecipeFile.Read(file) : new FineTuningRecipe();
    }

    private TrainingOptions Change(ParseResult parsed, TrainingOptions training) =>
        training with
        {
            Epochs = parsed.GetValue(_epochs) ?? training.Epochs,
            TimeLimit = parsed.GetValue(_timeLimit) ?? training.TimeLimit,
            BatchSize = parsed.GetValue(_batchSize) ?? training.BatchSize,
            AccumulationSteps = parsed.GetValue(_accumulate) ?? training.AccumulationSteps,
            LearningRate = parsed.GetValue(_learningRate) ?? training.LearningRate,
            Seed = parsed.GetValue(_seed) ?? training.Seed,
            Precision = parsed.GetValue(_precision) ?? training.Precision,
            Unreadable = parsed.GetValue(_unreadable) ?? training.Unreadable,
        };

    private double? Share(ParseResult parsed) =>
        double.TryParse(parsed.GetValue(Validation), NumberStyles.Float, CultureInfo.InvariantCulture, out double share) ? share : null;
}
