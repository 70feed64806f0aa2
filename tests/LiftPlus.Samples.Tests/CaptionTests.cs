using LiftPlus.Samples.Shapes;

namespace LiftPlus.Samples.Tests;

public class CaptionTests
{
    [Fact]
    public void CaptionsNameAllThreeWordsInSeveralWordings()
    {
        Thing thing = new("striped", "red", "triangle");
        Dice dice = new(1);
        HashSet<string> captions = [];
        for (int i = 0; i < 300; i++)
            captions.Add(CaptionedImages.Caption(thing, large: true, "gray", ref dice));
        Assert.All(captions, caption => Assert.All((string[])["striped", "red", "triangle"], word => Assert.Contains(word, caption)));
        Assert.Contains("a photo of a striped red triangle.", captions);
        Assert.Contains(captions, caption => caption.Contains("red striped triangle"));
        Assert.Contains(captions, caption => caption.Contains("large"));
        Assert.Contains(captions, caption => caption.Contains("on a gray background"));
        Assert.True(captions.Count > 20);
    }

    [Fact]
    public void TheWorldIsBroaderThanTheTask()
    {
        ShapesLT task = new();
        Assert.All(task.Things, thing => Assert.Contains(thing, Words.AllThings));
        Assert.True(Words.AllThings.Count >= 10 * task.Things.Length);
    }
}
