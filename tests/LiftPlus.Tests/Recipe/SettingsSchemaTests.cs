using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using LiftPlus.TestSupport;

namespace LiftPlus.Tests.Recipe;

public class SettingsSchemaTests
{
    private const string Update = "LIFTPLUS_UPDATE_SCHEMA";

    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly string s_file = Path.Combine(Repository.Root, "src", "LiftPlus", "Schemas", "liftplus.schema.json");

    [Fact]
    public void ThePackagesSchema_IsThatOfTheOptions()
    {
        string expected = new SettingsSchema().Create().ToJsonString(s_json) + "\n";
        if (Environment.GetEnvironmentVariable(Update) is not null)
            File.WriteAllText(s_file, expected);
        Assert.True(
            File.Exists(s_file) && File.ReadAllText(s_file) == expected,
            $"{s_file} is not the schema of the options. Run this test once with {Update}=1 and commit the file."
        );
    }

    [Fact]
    public void EverySettingOfAWrittenRecipe_IsInTheSchema()
    {
        JsonObject schema = JsonNode.Parse(File.ReadAllText(s_file))!.AsObject();
        foreach (FineTuningRecipe preset in Presets.All.Values)
        {
            JsonObject recipe = JsonNode.Parse(RecipeJson.Write(preset))!.AsObject();
            Assert.Empty(Unknown("", recipe, schema["$defs"]!["recipe"]!.AsObject()));
        }

        JsonObject wrong = JsonNode.Parse("""{ "Training": { "Epoch": 3 }, "Peft": [ { "Type": "lora", "Ranks": 3 } ] }""")!.AsObject();
        Assert.Equal([".Training.Epoch", ".Peft[].Ranks"], Unknown("", wrong, schema["$defs"]!["recipe"]!.AsObject()));
    }

    [Fact]
    public void ARecipe_CanNameItsSchema() =>
        Assert.Equal(3, RecipeJson.Read("""{ "$schema": "liftplus.schema.json", "Training": { "Epochs": 3 } }""").Training.Epochs);

    private static IEnumerable<string> Unknown(string path, JsonNode? value, JsonObject schema)
    {
        if (schema["anyOf"] is JsonArray kinds && value?["Type"] is JsonNode type)
            schema = kinds
                .Select(kind => kind!.AsObject())
                .Single(kind => kind["properties"]!["Type"]!["const"]!.ToString() == type.ToString());
        if (value is JsonArray list && schema["items"] is JsonObject item)
            return list.SelectMany(entry => Unknown($"{path}[]", entry, item));
        if (value is not JsonObject settings || schema["properties"] is not JsonObject properties)
            return [];
        return settings.SelectMany(setting =>
            properties[setting.Key] is JsonObject known ? Unknown($"{path}.{setting.Key}", setting.Value, known) : [$"{path}.{setting.Key}"]
        );
    }
}
