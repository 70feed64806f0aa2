using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>A report in its own JSON within another's.</summary>
internal sealed class EvaluationReportConverter : JsonConverter<EvaluationReport>
{
    public override EvaluationReport Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        try
        {
            return EvaluationReport.FromJson(document.RootElement.GetRawText());
        }
        catch (LiftPlusException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    // Parsed once more so that the writer says whether there are line breaks: a worker's message is one line.
    public override void Write(Utf8JsonWriter writer, EvaluationReport value, JsonSerializerOptions options) =>
        JsonNode.Parse(value.ToJson())!.WriteTo(writer, options);
}
