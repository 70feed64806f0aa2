using LiftPlus.Cli.Outputs;

namespace LiftPlus.Cli.Tests;

public sealed class CsvTests
{
    [Fact]
    public void CellsAreQuoted_AndEveryPredictionIsOneRow()
    {
        var output = new StringWriter { NewLine = "\n" };
        var writer = new CsvPredictions(output, top: 2);
        writer.Write(new Prediction("a.png", [new ClassScore(0, "owl, \"barn\"", 0.75f), new ClassScore(1, "lynx", 1e-9f)]));
        writer.Write(new Prediction("b,c.png", []) { Error = new LiftPlusException("first line\nsecond line") });
        Assert.Equal(
            "path,class,probability,class2,probability2,error\n"
                + "a.png,\"owl, \"\"barn\"\"\",0.75,lynx,0,\n"
                + "\"b,c.png\",,,,,first line second line\n",
            output.ToString()
        );
    }
}
