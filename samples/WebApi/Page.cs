namespace LiftPlus.Samples.WebApi;

/// <summary>Answers <c>GET /</c> with one HTML file, which makes requests to this server only.</summary>
internal static class Page
{
    private static readonly byte[] s_html = Read();

    public static IResult Get(HttpResponse response)
    {
        response.Headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src 'self' blob:; connect-src 'self'; "
            + "base-uri 'none'; frame-ancestors 'none'";
        return Results.Bytes(s_html, "text/html; charset=utf-8");
    }

    private static byte[] Read()
    {
        using Stream stream = typeof(Page).Assembly.GetManifestResourceStream("page.html")!;
        byte[] html = new byte[stream.Length];
        stream.ReadExactly(html);
        return html;
    }
}
