using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace LiftPlus.Experiments.PaperClaims;

/// <summary>Embeds a report, in its own format, in other JSON.</summary>
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

    // Parsed again so that the writer decides about line breaks: a message of a worker must be one line.
    public override void Write(Utf8JsonWriter writer, EvaluationReport value, JsonSerializerOptions options) =>
        JsonNode.Parse(value.ToJson())!.WriteTo(writer, options);
}
