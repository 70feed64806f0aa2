// Fine-tunes a backbone on your own folder or list of images.
using System.CommandLine;
using LiftPlus;
using LiftPlus.Reports;
using LiftPlus.Samples;
using Spectre.Console;

var backbone = new Option<string>("--backbone") { Description = "A Hugging Face folder or a weight file.", Required = true };
var train = new Option<string>("--train")
{
    Description = "A folder with one folder per class, or a list of 'path label' lines.",
    Required = true,
};
var test = new Option<string?>("--test") { Description = "A folder or list of test images." };
var classNames = new Option<string?>("--classes") { Description = "A file with one class name per line, for lists." };
var epochs = new Option<int>("--epochs") { Description = "Passes over the training images.", DefaultValueFactory = _ => 5 };
var batchSize = new Option<int>("--batch-size") { Description = "Images per step.", DefaultValueFactory = _ => 128 };
var microBatches = new Option<int>("--accumulate")
{
    Description = "Micro-batches per step; more of them need less memory.",
    DefaultValueFactory = _ => 1,
};
var precision = new Option<Precision>("--precision")
{
    Description = "The precision of the frozen weights: Float32 or BFloat16.",
    DefaultValueFactory = _ => Precision.Float32,
};
var device = new Option<string>("--device") { Description = "cpu, cuda, cuda:0 or auto.", DefaultValueFactory = _ => "auto" };
var ensemble = new Option<bool>("--tte") { Description = "Tests with five crops per image (test-time ensembling)." };
var report = new Option<FileInfo?>("--report")
{
    Description = "The file for an HTML page with charts and misclassified images; needs --test.",
};
var output = new Option<string>("--output") { Description = "The folder for the model.", DefaultValueFactory = _ => "out/model" };
var command = new RootCommand("Fine-tunes a backbone with LIFT+ on your own images.")
{
    backbone,
    train,
    test,
    classNames,
    epochs,
    batchSize,
    microBatches,
    precision,
    device,
    ensemble,
    output,
    report,
};

command.SetAction(
    (parsed, cancellationToken) =>
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
    }
);
return await command.Parse(args).InvokeAsync();

void Run(ParseResult parsed, CancellationToken cancellationToken)
{
    IReadOnlyList<string>? names = parsed.GetValue(classNames) is string file ? ImageDataset.ReadClassNames(file) : null;
    ImageDataset training = Open(parsed.GetValue(train)!, names);
    AnsiConsole.WriteLine(
        $"{training.Count} training images of {training.Classes.ClassCount} classes, imbalance ratio {training.Classes.ImbalanceRatio:F0}"
    );

    LongTailFineTuner tuner = LongTailFineTuner
        .CreateBuilder()
        .UseBackbone(parsed.GetValue(backbone)!)
        .UseTraining(options =>
            options with
            {
                Epochs = parsed.GetValue(epochs),
                BatchSize = parsed.GetValue(batchSize),
                AccumulationSteps = parsed.GetValue(microBatches),
                Precision = parsed.GetValue(precision),
            }
        )
        .UseInference(options => options with { TestTimeEnsemble = parsed.GetValue(ensemble) })
        .UseDevice(parsed.GetValue(device)!)
        .Build();

    FineTunedModel? fitted = null;
    var history = new TrainingHistory();
    ProgressBoard.Run(board =>
        fitted = tuner.Fit(
            training,
            progress: history.Recorder(new TrainingBars(board, "Fine-tuning", training.Count)),
            cancellationToken: cancellationToken
        )
    );
    using FineTunedModel model = fitted!;
    AnsiConsole.WriteLine($"{model.TrainedParameterCount:N0} of {model.ParameterCount:N0} parameters trained");
    model.Save(parsed.GetValue(output)!);
    AnsiConsole.WriteLine($"The model is in {parsed.GetValue(output)}.");
    if (parsed.GetValue(test) is string testPlace)
        Test(model, history, Open(testPlace, training.ClassNames), parsed.GetValue(report), cancellationToken);
}

static void Test(FineTunedModel model, TrainingHistory history, ImageDataset test, FileInfo? page, CancellationToken cancellationToken)
{
    EvaluationReport? evaluation = null;
    ProgressBoard.Run(board => evaluation = model.Evaluate(test, board.Add("Testing", "images").Evaluation(test.Count), cancellationToken));
    AnsiConsole.WriteLine(evaluation!.ToMarkdown());
    if (page is null)
        return;
    HtmlReport.Write(
        page.FullName,
        new HtmlReportContent
        {
            Title = $"LIFT+ on {test.Count:N0} test images",
            Evaluation = evaluation,
            Test = test,
            Trainings = [new TitledTraining("LIFT+", history)],
        }
    );
    AnsiConsole.WriteLine($"Charts and misclassified images are in {page}; open it in a browser.");
}

static ImageDataset Open(string place, IReadOnlyList<string>? names) =>
    Directory.Exists(place) ? ImageDataset.FromFolder(place, names) : ImageDataset.FromList(place, classNames: names);
