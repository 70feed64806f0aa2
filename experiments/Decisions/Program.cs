// Measures calibration, sets, unknown images, shifted mixes and where a model of ShapesLT looked. Writes the figures as JSON too.
using System.CommandLine;
using LiftPlus;
using LiftPlus.Decisions;
using LiftPlus.Experiments.Decisions;
using LiftPlus.Samples;

var perClass = new Option<int>("--images") { Description = "Fresh images per class.", DefaultValueFactory = _ => 60 };
var splits = new Option<int>("--splits") { Description = "Random splits.", DefaultValueFactory = _ => 100 };
var epochs = new Option<int>("--epochs")
{
    Description = "Passes over the training images.",
    DefaultValueFactory = _ => TinyClipTask.Epochs,
};
var models = new Option<int>("--seeds") { Description = "Models that are trained, for the shifted mixes.", DefaultValueFactory = _ => 5 };
var photographs = new Option<DirectoryInfo?>("--photographs") { Description = "A folder of photographs, which show none of the classes." };
var output = new Option<FileInfo>("--output")
{
    Description = "The file for the results.",
    DefaultValueFactory = _ => new FileInfo("out/decisions.json"),
};
var command = new RootCommand("Measures decisions on top of the scores of a model that does not know 8 of the 64 classes of ShapesLT.")
{
    perClass,
    splits,
    epochs,
    models,
    photographs,
    output,
    new LabelsCommand(),
};
command.SetAction(
    (parsed, cancellationToken) =>
    {
        List<Row> rows = [];
        for (int seed = 0; seed < parsed.GetValue(models); seed++)
        {
            ShapesPool shapes = new(seed);
            ImageDataset train = shapes.Train(),
                fresh = shapes.Fresh(parsed.GetValue(perClass));
            using FineTunedModel model = TinyClipTask
                .CreateBuilder(new Contender("LIFT+", _ => { }), seed, parsed.GetValue(epochs))
                .UseBackbone(TinyClipTask.WeakBackboneFolder)
                .UseTraining(training => training with { CheckImages = false })
                .Build()
                .Fit(train, cancellationToken: cancellationToken);
            Console.WriteLine($"trained seed {seed}");
            double[] reference = [.. model.Recipe.Loss.LogPrior(model.Classes)];
            ScoredImages pool = ScoredImages.Read(model, Images(fresh), cancellationToken);
            rows.AddRange(new MixMeasurement(model.Classes, reference, pool).Measure(seed));
            if (seed == 0)
                rows.InsertRange(0, First(parsed, shapes, model, reference, pool, train, cancellationToken));
        }

        foreach (Row row in rows)
            Console.WriteLine($"| {row.Topic} | {row.Case} | {row.Method} | {row.Measure} | {row.Value:0.###} |");
        Row.Write(rows, parsed.GetValue(output)!.FullName);
        return Task.FromResult(0);
    }
);
return await command.Parse(args).InvokeAsync();

// Everything but the shifted mixes, with the model of the first seed.
List<Row> First(
    ParseResult parsed,
    ShapesPool shapes,
    FineTunedModel model,
    double[] reference,
    ScoredImages pool,
    ImageDataset train,
    CancellationToken cancellationToken
)
{
    int count = parsed.GetValue(splits);
    CoverageMeasurement coverage = new(model.Classes, reference, pool);
    UnknownMeasurement unknown = new(model.Classes, reference, pool, ScoredImages.Read(model, Images(train), cancellationToken));
    List<Row> rows = [];
    rows.AddRange(unknown.Calibration(Math.Min(count, 20)));
    rows.AddRange(coverage.Measure(count, 0.9));
    rows.AddRange(coverage.Measure(count, 0.95));
    rows.AddRange(Unknown("shapes of 8 other classes", shapes.Unknown(50)));
    if (parsed.GetValue(photographs) is DirectoryInfo folder)
    {
        string[] files = [.. folder.EnumerateFiles("*.jpg", SearchOption.AllDirectories).Select(file => file.FullName).Order().Take(1000)];
        rows.AddRange(Unknown("photographs", files.Select(ImageSource.FromFile)));
    }

    rows.AddRange(LookMeasurement.Measure("in the middle", model, shapes.Masked(parsed.GetValue(perClass))));
    rows.AddRange(LookMeasurement.Measure("in a corner", model, shapes.Masked(parsed.GetValue(perClass), isMoved: true)));
    return rows;

    IEnumerable<Row> Unknown(string name, IEnumerable<ImageSource> images) =>
        unknown.Measure(name, ScoredImages.Read(model, [.. images.Select(image => (image, -1))], cancellationToken), count);
}

(ImageSource, int)[] Images(ImageDataset images) => [.. images.Select(image => (image.Source, image.Label))];
