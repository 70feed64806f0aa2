namespace LiftPlus.Cli.Outputs;

/// <summary>Writes one JSON object when all predictions are known, so that an interrupted command leaves no part of one.</summary>
internal sealed class JsonPredictions(TextWriter output) : IPredictionWriter
{
    private readonly List<Prediction> _predictions = [];

    public void Write(Prediction prediction) => _predictions.Add(prediction);

    public void End() => output.WriteLine(JsonOutput.Write(new { Predictions = _predictions }));
}
