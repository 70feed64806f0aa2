// Fine-tunes any supported checkpoint on any folder or list of pictures.
using System.CommandLine;
using LiftPlus;
using LiftPlus.Data;
using Spectre.Console;

var backbone = new Option<string>("--backbone") { Description = "A Hugging Face folder or a weight file.", Required = true };
var train = new Option<string>("--train") { Description = "A folder with one folder per class, or a list of 'path label' lines.", Required = true };
var test = new Option<string?>("--test") { Description = "The same for testing." };
var classNames = new Option<string?>("--classes") { Description = "A file with one class name per line, for lists." };
var epochs = new Option<int>("--epochs") { Description = "Passes over the training pictures.", DefaultValueFactory = _ => 5 };
var batchSize = new Option<int>("--batch-size") { Description = "Pictures per step.", DefaultValueFactory = _ => 128 };
var microBatches = new Option<int>("--accumulate") { Description = "Micro-batches per step, to save memory.", DefaultValueFactory = _ => 1 };
var precision = new Option<Precision>("--precision") { Description = "Arithmetic of the frozen part: Float32 or BFloat16.", DefaultValueFactory = _ => Precision.Float32 };
var device = new Option<string>("--device") { Description = "cpu, cuda, cuda:0 or auto.", DefaultValueFactory = _ => "auto" };
var ensemble = new Option<bool>("--tte") { Description = "Test with five crops." };
var output = new Option<string>("--output") { Description = "Where the model goes.", DefaultValueFactory = _ => "out/model" };
var command = new RootCommand("LIFT+ on your own pictures.") { backbone, train, test, classNames, epochs, batchSize, microBatches, precision, device, ensemble, output };

command.SetAction((parsed, cancellationToken) =>
{
    try
    {
        Run(parsed, cancellationToken);
        return Task.FromResult(0);
    }
    catch (LiftPlusException e)
    {
        AnsiConsole.WriteLine(e.Message);
        return Task.FromResult(1);
    }
    catch (OperationCanceledException)
    {
        AnsiConsole.WriteLine("Stopped.");
        return Task.FromResult(2);
    }
});
return await command.Parse(args).InvokeAsync();

void Run(ParseResult parsed, CancellationToken cancellationToken)
{
    IReadOnlyList<string>? names = parsed.GetValue(classNames) is string file ? ImageDataset.ReadClassNames(file) : null;
    ImageDataset training = Open(parsed.GetValue(train)!, names);
    AnsiConsole.WriteLine($"{training.Count} training pictures of {training.Classes.ClassCount} classes, imbalance ratio {training.Classes.ImbalanceRatio:F0}");

    LongTailFineTuner tuner = LongTailFineTuner.CreateBuilder()
        .UseBackbone(parsed.GetValue(backbone)!)
        .UseTraining(options => options with
        {
            Epochs = parsed.GetValue(epochs),
            BatchSize = parsed.GetValue(batchSize),
            AccumulationSteps = parsed.GetValue(microBatches),
            Precision = parsed.GetValue(precision),
        })
        .UseInference(options => options with { TestTimeEnsemble = parsed.GetValue(ensemble) })
        .UseDevice(parsed.GetValue(device)!)
        .Build();

    FineTunedModel? fitted = null;
    AnsiConsole.Progress()
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
        .Start(console =>
        {
            ProgressTask task = console.AddTask("Fine-tuning");
            fitted = tuner.Fit(training, progress: new Reporter(task), cancellationToken: cancellationToken);
        });

    using FineTunedModel model = fitted!;
    AnsiConsole.WriteLine($"{model.TrainedParameterCount:N0} of {model.ParameterCount:N0} parameters trained");
    model.Save(parsed.GetValue(output)!);
    AnsiConsole.WriteLine($"The model is in {parsed.GetValue(output)}.");
    if (parsed.GetValue(test) is not string testPlace)
        return;
    AnsiConsole.Progress().Start(console =>
    {
        ProgressTask task = console.AddTask("Testing");
        EvaluationReport report = model.Evaluate(Open(testPlace, training.ClassNames), new TestReporter(task), cancellationToken);
        AnsiConsole.Write(report.ToMarkdown());
    });
}

static ImageDataset Open(string place, IReadOnlyList<string>? names) =>
    Directory.Exists(place) ? ImageDataset.FromFolder(place, names) : ImageDataset.FromManifest(place, classNames: names);

file sealed class Reporter(ProgressTask task) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value)
    {
        task.Value = value.Phase == TrainingPhase.Training ? 100.0 * value.Step / value.Steps : task.Value;
        task.Description = value.Phase switch
        {
            TrainingPhase.Checking => $"Checking, picture {value.Step}/{value.Steps}",
            TrainingPhase.Downloading => $"Downloading, {value.Step / 1e6:F0} of {value.Steps / 1e6:F0} MB",
            TrainingPhase.Preparing => $"Preparing, batch {value.Step}/{value.Steps}",
            _ => $"Epoch {value.Epoch}/{value.Epochs}, loss {value.Loss:F3}, accuracy {value.Accuracy:P0}, {value.ImagesPerSecond:F1} images/s",
        };
    }
}

file sealed class TestReporter(ProgressTask task) : IProgress<EvaluationProgress>
{
    public void Report(EvaluationProgress value) => task.Value = 100.0 * value.Batch / value.Batches;
}
