namespace LiftPlus.Cli.Outputs;

/// <summary>Writes predictions in one form.</summary>
internal interface IPredictionWriter
{
    /// <summary>Writes one prediction.</summary>
    void Write(Prediction prediction);

    /// <summary>Writes what follows the last prediction.</summary>
    void End();

    /// <summary>Creates the writer of a form.</summary>
    /// <param name="format">The form.</param>
    /// <param name="output">Where to write.</param>
    /// <param name="top">The number of classes of each prediction.</param>
    static IPredictionWriter Create(PredictionFormat format, TextWriter output, int top) =>
        format switch
        {
            PredictionFormat.Csv => new CsvPredictions(output, top),
            PredictionFormat.JsonLines => new JsonLinePredictions(output),
            _ => new JsonPredictions(output),
        };
}
