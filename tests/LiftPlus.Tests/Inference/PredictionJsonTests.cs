using System.Text.Json;

namespace LiftPlus.Tests.Inference;

public class PredictionJsonTests
{
    private static readonly Prediction s_seen = new("/srv/uploads/cat.png", [new(2, "cat", 0.75f), new(0, "dog", 0.25f)]);

    private static readonly Prediction s_failed = new("/srv/uploads/x.png", [])
    {
        Error = new ImageDecodeException(
            "/srv/uploads/x.png",
            "access to the path '/srv/uploads/x.png' is denied.",
            new IOException("inner", new InvalidOperationException())
        ),
    };

    [Fact]
    public void APrediction_IsItsFileNameAndClasses()
    {
        Assert.Equal(
            """{"path":"cat.png","top":[{"label":2,"className":"cat","probability":0.75},"""
                + """{"label":0,"className":"dog","probability":0.25}]}""",
            JsonSerializer.Serialize(s_seen, JsonSerializerOptions.Web)
        );
        Assert.Contains("\"Features\":[1,2]", JsonSerializer.Serialize(s_seen with { Features = [1, 2] }));
    }

    [Fact]
    public void AnError_IsACodeAndAMessage_WithoutTheFolder()
    {
        string json = JsonSerializer.Serialize(s_failed, JsonSerializerOptions.Web);
        Assert.Equal(
            """{"path":"x.png","top":[],"error":{"code":"unreadable","message":"access to the path \u0027x.png\u0027 is denied."}}""",
            json
        );
        var tooLarge = new ImageDecodeException("a.png", "it has more than 5 bytes.") { IsTooLarge = true };
        Assert.Contains("\"too-large\"", JsonSerializer.Serialize(s_failed with { Error = tooLarge }));
        Assert.Contains("\"unreadable\"", JsonSerializer.Serialize(s_failed with { Error = new LiftPlusException("broken") }));
        Assert.Equal(
            "b.png",
            JsonDocument.Parse(JsonSerializer.Serialize(s_seen with { Path = @"C:\up\b.png" })).RootElement.GetProperty("Path").GetString()
        );
    }

    [Fact]
    public void Folders_AreKeptOnRequest()
    {
        var options = new JsonSerializerOptions { Converters = { new PredictionConverter { IncludeFolders = true } } };
        string json = JsonSerializer.Serialize(new[] { s_seen, s_failed }, options);
        Assert.Contains("\"/srv/uploads/cat.png\"", json);
        Assert.Contains("/srv/uploads/x.png\\u0027 is denied", json);
    }

    [Fact]
    public void ReadingGivesThePredictionBack()
    {
        Prediction seen = JsonSerializer.Deserialize<Prediction>(JsonSerializer.Serialize(s_seen))!;
        Assert.Equal(("cat.png", "cat", 0.75f), (seen.Path, seen.ClassName, seen.Probability));
        Assert.Null(seen.Error);
        Prediction failed = JsonSerializer.Deserialize<Prediction>(JsonSerializer.Serialize(s_failed))!;
        Assert.Contains("is denied", failed.Error!.Message);
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Prediction>("{}"));
    }
}
