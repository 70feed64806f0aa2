namespace LiftPlus.Cli.Outputs;

/// <summary>Writes one JSON object a line.</summary>
internal sealed class JsonLinePredictions(TextWriter output) : IPredictionWriter
{
    public void Write(Prediction prediction) => output.WriteLine(JsonOutput.WriteLine(prediction));

    public void End() { }
}
