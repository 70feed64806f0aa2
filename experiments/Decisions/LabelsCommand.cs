using System.CommandLine;
using LiftPlus.Samples;

namespace LiftPlus.Experiments.Decisions;

/// <summary>Measures the audit of labels, what to label next, and forecasts.</summary>
internal sealed class LabelsCommand : Command
{
    private readonly Option<int> _seeds = new("--seeds") { Description = "Injections of wrong labels.", DefaultValueFactory = _ => 5 };
    private readonly Option<int> _starts = new("--starts")
    {
        Description = "Random first labels; 0 measures only the audit.",
        DefaultValueFactory = _ => 10,
    };

    private readonly Option<int> _most = new("--most")
    {
        Description = "The most images of a class of ShapesLT.",
        DefaultValueFactory = _ => int.MaxValue,
    };

    private readonly Option<bool> _trained = new("--trained") { Description = "Also audits with a model trained on the wrong labels." };
    private readonly Option<DirectoryInfo?> _photographs = new("--photographs") { Description = "A folder with train/ and test/." };
    private readonly Option<DirectoryInfo?> _backbone = new("--backbone") { Description = "The backbone for the photographs." };
    private readonly Option<FileInfo> _output = new("--output")
    {
        Description = "The file for the results.",
        DefaultValueFactory = _ => new FileInfo("out/labels.json"),
    };

    public LabelsCommand()
        : base("labels", "Measures what an audit of labels finds, what choosing images saves, and what forecasts are worth.")
    {
        Add(_seeds);
        Add(_starts);
        Add(_most);
        Add(_trained);
        Add(_photographs);
        Add(_backbone);
        Add(_output);
        SetAction((parsed, cancellationToken) => Task.FromResult(Run(parsed, cancellationToken)));
    }

    private int Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        List<Row> rows = [];
        using (LabelWorld shapes = LabelWorld.Shapes(parsed.GetValue(_most), cancellationToken))
        {
            rows.AddRange(Measure(parsed, shapes, start: 200, round: 50, most: 1500, cancellationToken));
            if (parsed.GetValue(_trained))
                rows.AddRange(
                    new AuditMeasurement(shapes, 0.05, 100).MeasureTrained(
                        "ShapesLT, model trained on these labels",
                        seed: 0,
                        train => TinyClipTask.CreateBuilder(new Contender("LIFT+", _ => { }), seed: 0).Build().Fit(train),
                        cancellationToken
                    )
                );
        }

        if (parsed.GetValue(_photographs) is DirectoryInfo folder && parsed.GetValue(_backbone) is DirectoryInfo backbone)
        {
            using LabelWorld photographs = LabelWorld.Photographs(folder.FullName, backbone.FullName, cancellationToken);
            rows.AddRange(Measure(parsed, photographs, start: 200, round: 50, most: 1500, cancellationToken));
        }

        foreach (Row row in rows)
            Console.WriteLine($"| {row.Topic} | {row.Case} | {row.Method} | {row.Measure} | {row.Value:0.###} |");
        Row.Write(rows, parsed.GetValue(_output)!.FullName);
        return 0;
    }

    private IEnumerable<Row> Measure(
        ParseResult parsed,
        LabelWorld world,
        int start,
        int round,
        int most,
        CancellationToken cancellationToken
    )
    {
        Console.WriteLine($"{world.Name}: {world.Dataset.Count} images");
        List<Row> rows = [.. new AuditMeasurement(world, 0.05, 100).Measure(parsed.GetValue(_seeds), cancellationToken)];
        Console.WriteLine("audited");
        if (parsed.GetValue(_starts) == 0)
            return rows;
        rows.AddRange(new LabelingMeasurement(world).Measure(parsed.GetValue(_starts), start, round, most, cancellationToken));
        Console.WriteLine("labelled");
        ForecastMeasurement forecast = new(world);
        foreach ((int have, int known) in ((int, int)[])[(12, 32), (24, 64), (48, 96)])
            rows.AddRange(forecast.Measure(have, known, cancellationToken));
        return rows;
    }
}
