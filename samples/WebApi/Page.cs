namespace LiftPlus.Samples.WebApi;

/// <summary>Answers <c>GET /</c> with a page of three files, which makes requests to this server only.</summary>
internal static class Page
{
    private static readonly (string Path, string Type)[] s_files =
    [
        ("page.html", "text/html; charset=utf-8"),
        ("page.css", "text/css; charset=utf-8"),
        ("page.js", "text/javascript; charset=utf-8"),
    ];

    public static void MapPage(this WebApplication app)
    {
        foreach ((string path, string type) in s_files)
        {
            byte[] content = Read(path);
            app.MapGet(path == "page.html" ? "/" : path, () => Results.Bytes(content, type));
        }
    }

    private static byte[] Read(string name)
    {
        using Stream stream = typeof(Page).Assembly.GetManifestResourceStream(name)!;
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
