import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.yahoo.component.Version;
import com.yahoo.config.model.NullConfigModelRegistry;
import com.yahoo.config.model.api.ValidationParameters;
import com.yahoo.config.model.api.ValidationParameters.CheckRouting;
import com.yahoo.config.model.api.ValidationParameters.FailOnIncompatibleChange;
import com.yahoo.config.model.api.ValidationParameters.IgnoreValidationErrors;
import com.yahoo.config.model.application.provider.ApplicationPackageXmlFilesValidator;
import com.yahoo.config.model.application.provider.FilesApplicationPackage;
import com.yahoo.config.model.deploy.DeployState;
import com.yahoo.config.model.deploy.TestProperties;
import com.yahoo.document.DocumentTypeManager;
import com.yahoo.document.json.DocumentOperationType;
import com.yahoo.document.json.JsonReader;
import com.yahoo.document.select.DocumentSelector;
import com.yahoo.schema.derived.Deriver;
import com.yahoo.vespa.model.VespaModel;
import com.yahoo.vespa.model.application.validation.Validation;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Vespa's own classes judge an application package, then each line of the standard input, {"id", "body"} or {"select"}.
 * Says "ok", or why not, a line for each.
 */
public class Judge {
    public static void main(String[] args) throws Exception {
        File dir = new File(args[0]);
        say(() -> checkPackage(dir));
        var types = new DocumentTypeManager(
            Deriver.getDocumentManagerConfig(List.of(new File(dir, "schemas/item.sd").getPath())).build());
        var mapper = new ObjectMapper();
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            JsonNode asked = mapper.readTree(line);
            say(() -> {
                if (asked.has("select")) {
                    new DocumentSelector(asked.get("select").asText());
                    return;
                }
                var body = new ByteArrayInputStream(asked.get("body").asText().getBytes(StandardCharsets.UTF_8));
                new JsonReader(types, body, new JsonFactory())
                    .readSingleDocumentStreaming(DocumentOperationType.PUT, asked.get("id").asText());
            });
        }
    }

    static void checkPackage(File dir) throws Exception {
        ApplicationPackageXmlFilesValidator.create(dir, new Version(8)).checkApplication();
        var state = new DeployState.Builder()
            .applicationPackage(FilesApplicationPackage.fromDir(dir, Map.of()))
            .properties(new TestProperties())
            .modelImporters(List.of())
            .build();
        var model = new VespaModel(new NullConfigModelRegistry(), state);
        new Validation().validate(
            model,
            new ValidationParameters(IgnoreValidationErrors.FALSE, FailOnIncompatibleChange.TRUE, CheckRouting.FALSE),
            state);
    }

    interface Check {
        void run() throws Exception;
    }

    static void say(Check check) {
        try {
            check.run();
            System.out.println("VERDICT ok");
        } catch (Throwable error) {
            StringBuilder text = new StringBuilder();
            for (Throwable cause = error; cause != null; cause = cause.getCause()) text.append(cause.getMessage()).append(" | ");
            System.out.println("VERDICT " + text.toString().replace('\n', ' '));
        }
    }
}
